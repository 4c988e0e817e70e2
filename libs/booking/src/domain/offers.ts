import { type Money, multiply, type Uuid } from '@yoyaku/kernel';
import type { ServiceRules } from './rules';

/** How long a service takes and what it costs for the people asked, when certain resources perform it. */
export interface Offer {
  readonly minutes: number;
  readonly price: Money;
}

const forParty = ({ pricing }: ServiceRules, price: Money, partySize: number): Money =>
  pricing === 'person' ? multiply(price, partySize) : price;

/** The service's own offer, where nobody who performs it differs. */
export const ownOffer = (service: ServiceRules, partySize: number): Offer => ({
  minutes: service.durationMinutes,
  price: forParty(service, service.price, partySize),
});

/** What this resource offers as the one who performs the service. */
export function offerOf(service: ServiceRules, performerId: Uuid, partySize: number): Offer {
  const override = service.overrides.find(({ resourceId }) => resourceId === performerId);
  return {
    minutes: override?.durationMinutes ?? service.durationMinutes,
    price: forParty(service, override?.price ?? service.price, partySize),
  };
}

export const isSameOffer = (a: Offer, b: Offer): boolean =>
  a.minutes === b.minutes && a.price.amount === b.price.amount;

/** Cheapest first, then shortest. All are in the currency of the business. */
export const byOffer = (a: Offer, b: Offer): number => a.price.amount - b.price.amount || a.minutes - b.minutes;

/** Every offer that those who may perform the service would make, in that order. */
export function offersOf(service: ServiceRules, partySize: number): Offer[] {
  const offers: Offer[] = [];
  for (const performerId of service.requirements[0]?.anyOf ?? []) {
    const offer = offerOf(service, performerId, partySize);
    if (!offers.some((one) => isSameOffer(one, offer))) offers.push(offer);
  }
  return offers.sort(byOffer);
}
