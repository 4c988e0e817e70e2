import { type DomainError, ensure, fromEpochMs, MINUTE, type Money, type Uuid } from '@yoyaku/kernel';
import { assign } from './assignment';
import type { Place } from './booking.events';
import type { Bookable } from './calendar.decider';
import { isSameOffer, type Offer, offerOf, ownOffer } from './offers';
import { objectionToPlace, objectionToUse, type Wish } from './request-policies';
import { capacityOf, choicesAt, eligible, type ResourceRules, type Rules, type Venue } from './rules';
import type { Entry, Interval } from './timetable';

/** What somebody wants to book. */
export interface SlotWish extends Wish, Rules {
  readonly bookingId: Uuid;
  /** Only these will do, as far as the service needs such; none: any that fits. */
  readonly resourceIds: readonly Uuid[];
  /** Where the booking is already, and holds what it needs. */
  readonly present?: Place | undefined;
  /** Whether it keeps to the teams of sessions, as it does unless the business's people give it to somebody else. */
  readonly keepsTeams?: boolean | undefined;
  /** The offer that was seen, as far as the request says. */
  readonly seen?: { readonly price?: Money | undefined; readonly durationMinutes?: number | undefined } | undefined;
}

/** Who may meet each of the service's requirements at a place. */
export interface Choice {
  readonly venue: Venue;
  readonly requirements: readonly (readonly Uuid[])[];
}

/** The choices that the business's rules leave for a wish. What is already booked is not looked at. */
export class Choices {
  /** Why the rules leave no other choice, in the order in which they were asked. */
  readonly objections: DomainError[] = [];
  private readonly venues: readonly Venue[];
  /** By place and end, whether the rules allow the resources that were asked about. */
  private readonly able = new Map<Venue, Map<number, Map<Uuid, boolean>>>();

  /** Throws `booking.resource_unsuitable` when a resource is named that the service has no use for. */
  constructor(private readonly wish: SlotWish) {
    ensureSuitable(wish);
    this.venues = wish.venues.filter((venue) => this.allows(objectionToPlace(wish, venue)));
  }

  /** Where, and with whom, the wish may be met with this offer, lasting as long as that or so many minutes. */
  with(offer: Offer, minutes = offer.minutes): Choice[] {
    const { service, resources, resourceIds, partySize } = this.wish;
    const isOffered = (id: Uuid, i: number): boolean => i > 0 || isSameOffer(offerOf(service, id, partySize), offer);
    const named = service.requirements.map((requirement, i) =>
      eligible(requirement, resourceIds).filter((id) => resources.has(id) && isOffered(id, i)),
    );
    const locationOf = (id: Uuid): Uuid | null => resources.get(id)?.locationId ?? null;
    return this.venues.flatMap((venue) => {
      const isAble = this.ableAt(venue, this.wish.start + minutes * MINUTE);
      return choicesAt(venue, named, locationOf)
        .filter((lists) => lists.every(({ length }) => length > 0))
        .map((lists) => ({ venue, requirements: lists.map((ids) => ids.filter(isAble)) }));
    });
  }

  /** Of many offers of one length, each resource is asked about once. */
  private ableAt(venue: Venue, end: number): (id: Uuid) => boolean {
    const known = this.able.getOrInsertComputed(venue, () => new Map()).getOrInsertComputed(end, () => new Map());
    const ask = (id: Uuid): boolean =>
      this.allows(objectionToUse(this.wish, venue, this.wish.resources.get(id) as ResourceRules, end));
    return (id) => known.getOrInsertComputed(id, ask);
  }

  private allows(objection: DomainError | undefined): boolean {
    if (objection) this.objections.push(objection);
    return objection === undefined;
  }
}

/** Throws `booking.resource_unsuitable` when a resource is named that the service has no use for. */
export function ensureSuitable({ resourceIds, resources }: Pick<SlotWish, 'resourceIds' | 'resources'>): void {
  resourceIds.forEach((id, i) => {
    ensure(resources.has(id), 'booking.resource_unsuitable', { path: `resourceIds[${i}]`, resourceId: id });
  });
}

/** Whether one of the choices has a different resource for each requirement among those who are free. */
export const canBeMet = (choices: readonly Choice[], isFree: (id: Uuid) => boolean): boolean =>
  choices.some(({ requirements }) => assign(requirements.map((ids) => ids.filter(isFree))) !== undefined);

/** What reserves a slot, as far as it depends on neither time nor resource. */
export type Reserving = Pick<SlotWish, 'bookingId' | 'business' | 'service' | 'resources' | 'partySize'>;

/** Time of a resource, with its buffers (ms), and who else is part of it. */
export type SlotTime = Interval & Pick<Entry, 'before' | 'after' | 'alongside'>;

/** What the wish would take of that resource's time. */
export function slotOf(wish: Reserving, resourceId: Uuid, holdId: Uuid, time: SlotTime): Bookable {
  const { bookingId, business, service, resources, partySize } = wish;
  return {
    bookingId,
    holdId,
    businessId: business.businessId,
    resourceId,
    serviceId: service.serviceId,
    start: fromEpochMs(time.start),
    end: fromEpochMs(time.end),
    bufferBeforeMinutes: time.before / MINUTE,
    bufferAfterMinutes: time.after / MINUTE,
    partySize,
    shared: service.shared,
    alongside: time.alongside,
    capacity: capacityOf(service, resources.get(resourceId) as ResourceRules),
  };
}

/** The location of a booking: that of its resources, else the only one at which it may be, else none. */
export function locationOf({ venue }: Choice, { venues, resources }: Rules, chosen: readonly Uuid[]): Uuid | null {
  const isPlaced = chosen.some((id) => (resources.get(id)?.locationId ?? null) !== null);
  return isPlaced || venues.length === 1 ? venue.locationId : null;
}

export const withoutResource = (choice: Choice, gone: Uuid): Choice => ({
  ...choice,
  requirements: choice.requirements.map((ids) => ids.filter((id) => id !== gone)),
});

/**
 * Whether the offer is what the request asked for: the one that was seen; or that of somebody who is named; or else one
 * that is neither dearer nor longer than the service's own. Who joins a session without a word about its length takes it
 * as it is: then it is judged by what is `usual`.
 */
export function isAgreed({ service, resourceIds, partySize, seen }: SlotWish, offer: Offer, usual = offer): boolean {
  if (seen?.price || seen?.durationMinutes !== undefined) {
    const { price = offer.price, durationMinutes = offer.minutes } = seen;
    const isSamePrice = price.amount === offer.price.amount && price.currency === offer.price.currency;
    return isSamePrice && durationMinutes === offer.minutes;
  }
  if (service.requirements[0]?.anyOf.some((id) => resourceIds.includes(id))) return true;
  const own = ownOffer(service, partySize);
  return offer.price.amount <= own.price.amount && usual.minutes <= own.minutes;
}
