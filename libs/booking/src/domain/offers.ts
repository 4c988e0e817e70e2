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
  return offerWith(service, override, partySize);
}

type Override = ServiceRules['overrides'][number];

const offerWith = (service: ServiceRules, override: Override | undefined, partySize: number): Offer => ({
  minutes: override?.durationMinutes ?? service.durationMinutes,
  price: forParty(service, override?.price ?? service.price, partySize),
});

export const isSameOffer = (a: Offer, b: Offer): boolean =>
  a.minutes === b.minutes && a.price.amount === b.price.amount;

/** Cheapest first, then shortest. All are in the currency of the business. */
export const byOffer = (a: Offer, b: Offer): number => a.price.amount - b.price.amount || a.minutes - b.minutes;

/** An offer, and who of those who may perform the service make it. */
export interface Performers {
  readonly offer: Offer;
  readonly ids: readonly Uuid[];
}

/** Those who may perform the service, by what they offer, in that order. */
export function performersOf(service: ServiceRules, partySize: number): Performers[] {
  const overrides = new Map(service.overrides.map((override) => [override.resourceId, override]));
  const groups = new Map<string, { offer: Offer; ids: Uuid[] }>();
  for (const id of service.requirements[0]?.anyOf ?? []) {
    const offer = offerWith(service, overrides.get(id), partySize);
    const key = `${offer.minutes} ${offer.price.amount}`;
    groups.getOrInsertComputed(key, () => ({ offer, ids: [] })).ids.push(id);
  }
  return [...groups.values()].sort((a, b) => byOffer(a.offer, b.offer));
}

/** Every offer that those who may perform the service would make, in that order. */
export const offersOf = (service: ServiceRules, partySize: number): Offer[] =>
  performersOf(service, partySize).map(({ offer }) => offer);
