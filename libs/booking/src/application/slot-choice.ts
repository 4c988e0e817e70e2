import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, idFor } from '@yoyaku/eventing';
import {
  atLocal,
  DomainError,
  ensure,
  epochMs,
  fromEpochMs,
  type Instant,
  localDate,
  MINUTE,
  plusDays,
  type Uuid,
} from '@yoyaku/kernel';
import { assignAtOnePlace } from '../domain/assignment';
import type { Place } from '../domain/booking.events';
import { type Bookable, Calendar, type CalendarState, holds, placesLeft } from '../domain/calendar.decider';
import { ensureBookable, objectionToUse, type Wish } from '../domain/request-policies';
import { capacityOf, durationOf, durationsOf, eligible, type ResourceRules, type Rules } from '../domain/rules';
import { type Interval, startingWithin } from '../domain/timetable';
import { type Hold, Holds } from './holds';

export interface SlotWish extends Wish, Rules {
  readonly bookingId: Uuid;
  /** Only these will do, as far as the service needs such; none: any that fits. */
  readonly resourceIds: readonly Uuid[];
  /** What is chosen must be at one of these locations, not all at none; empty or absent: anywhere. */
  readonly within?: readonly Uuid[] | undefined;
}

/** Chooses resources for a booking, and holds them. */
@Injectable()
export class SlotChoice {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly reserving: Holds,
  ) {}

  /**
   * Reserves one resource for each of the service's requirements. Whatever it reserved, also when it throws, is added
   * to `held`; who calls it settles what the booking does not take up.
   *
   * Throws the first objection of the business's rules to every choice, `booking.slot_taken` only after each choice that
   * the rules allow turned out to be taken, and `booking.resource_unsuitable` when what was chosen is nowhere.
   */
  async reserve(wish: SlotWish, held: Hold[], context: CommandContext): Promise<Place> {
    const place = await this.reserveAny(wish, held, context);
    const isSomewhere = place.resourceIds.some((id) => wish.resources.get(id)?.locationId);
    ensure(!wish.within?.length || isSomewhere, 'booking.resource_unsuitable', { path: 'resourceIds' });
    return place;
  }

  private async reserveAny(wish: SlotWish, held: Hold[], context: CommandContext): Promise<Place> {
    ensureBookable(wish);
    ensureSuitable(wish);
    const objections: DomainError[] = [];
    let slotTaken: DomainError | undefined;
    for (const minutes of durationsOf(wish.service)) {
      const holdId = holdIdFor(context, minutes);
      const interval = { start: wish.start, end: wish.start + minutes * MINUTE };
      const able = candidatesFor(wish, minutes, (resource) => {
        const objection = objectionToUse(wish, resource, interval.end);
        if (objection) objections.push(objection);
        return !objection;
      });
      const placeOf = (id: Uuid): Uuid | null => wish.resources.get(id)?.locationId ?? null;
      let ranked = await this.rank(able, wish, interval, holdId, context);
      for (let chosen = assignAtOnePlace(ranked, placeOf); chosen; chosen = assignAtOnePlace(ranked, placeOf)) {
        const resourceIds = chosen;
        const slots = resourceIds.toSorted().map((id) => slotOf(wish, id, holdId, interval));
        const refused = await this.holdAll(slots, held, context);
        if (!refused)
          return { holdId, resourceIds, start: fromEpochMs(interval.start), end: fromEpochMs(interval.end) };
        ranked = ranked.map((ids) => ids.filter((id) => id !== refused.resourceId));
        slotTaken = refused.error;
      }
    }
    throw slotTaken ?? objections[0] ?? new DomainError('booking.resource_unsuitable', { path: 'resourceIds' });
  }

  /**
   * Reserves a cancelled booking's own resources and time again, whatever the rules are by now; `held` as with
   * {@link reserve}. Throws `booking.slot_taken`, `booking.resource_unsuitable`. Returns the hold's id.
   */
  async reserveAgain(booking: Place & Omit<SlotWish, 'start'>, held: Hold[], context: CommandContext): Promise<Uuid> {
    const interval = { start: epochMs(booking.start), end: epochMs(booking.end) };
    const holdId = holdIdFor(context, (interval.end - interval.start) / MINUTE);
    const wish = { ...booking, start: interval.start };
    ensureSuitable(wish);
    const slots = booking.resourceIds.toSorted().map((id) => slotOf(wish, id, holdId, interval));
    const refused = await this.holdAll(slots, held, context);
    if (refused) throw refused.error;
    return holdId;
  }

  /**
   * In the order of their ids, so that of two requests for the same resources one gets them all. Stops at the first
   * that is taken, and returns it.
   */
  private async holdAll(
    slots: readonly Bookable[],
    held: Hold[],
    context: CommandContext,
  ): Promise<{ resourceId: Uuid; error: DomainError } | undefined> {
    for (const slot of slots) {
      const { bookingId, businessId, resourceId, holdId } = slot;
      if (held.some((one) => one.holdId === holdId && one.resourceId === resourceId)) continue;
      const hold = { bookingId, businessId, resourceId, holdId };
      // Without an answer it may be held all the same, now or later: only what was refused is surely not.
      held.push(hold);
      try {
        await this.reserving.reserve(slot, context);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        held.splice(held.indexOf(hold), 1);
        if (error.code === 'booking.slot_taken') return { resourceId, error };
        throw error;
      }
    }
    return undefined;
  }

  /**
   * Candidates in the order in which they are tried: what this very request held before it was repeated, then who
   * seems to be free, has fewest bookings that day, and was used least recently. Nobody looks where there is no choice.
   */
  private async rank(
    requirements: readonly (readonly ResourceRules[])[],
    wish: SlotWish,
    interval: Interval,
    holdId: Uuid,
    context: CommandContext,
  ): Promise<Uuid[][]> {
    if (requirements.every(({ length }) => length <= 1)) return requirements.map((able) => able.map(idOf));
    const day = dayOf(wish);
    const ranks = new Map<Uuid, readonly number[]>();
    await Promise.all(
      [...new Set(requirements.flat())].map(async ({ resourceId }) => {
        const { state } = await this.aggregates.load(
          Calendar,
          resourceId,
          context.repeated ? 'requireLoad' : 'maxStale',
        );
        const slot = slotOf(wish, resourceId, holdId, interval);
        const isHeld = holds(state, slot);
        const isFree = placesLeft(state, slot) >= 0;
        ranks.set(resourceId, [isHeld ? 0 : 1, isFree ? 0 : 1, bookingsOn(state, day), state.lastReservedAt]);
      }),
    );
    const byRank = (a: Uuid, b: Uuid): number => compare(ranks.get(a) ?? [], ranks.get(b) ?? []) || (a < b ? -1 : 1);
    return requirements.map((able) => able.map(idOf).sort(byRank));
  }
}

/** The hold of an operation, for a booking of that length; every repeat of the operation has the same. */
export const holdIdFor = (context: CommandContext, minutes: number): Uuid =>
  idFor(context, `hold for ${minutes} minutes`);

/** Throws `booking.resource_unsuitable` when a resource is named that the service has no use for. */
function ensureSuitable({ resourceIds, resources }: SlotWish): void {
  resourceIds.forEach((id, i) => {
    ensure(resources.has(id), 'booking.resource_unsuitable', { path: `resourceIds[${i}]`, resourceId: id });
  });
}

/** For each requirement those that the wish leaves, and that have no objection. */
const candidatesFor = (
  { service, resources, resourceIds }: SlotWish,
  minutes: number,
  isAble: (resource: ResourceRules) => boolean,
): ResourceRules[][] =>
  service.requirements.map((requirement, i) =>
    eligible(requirement, resourceIds)
      .filter((id) => i > 0 || durationOf(service, id) === minutes)
      .flatMap((id) => resources.get(id) ?? [])
      .filter(isAble),
  );

function slotOf(wish: SlotWish, resourceId: Uuid, holdId: Uuid, { start, end }: Interval): Bookable {
  const { bookingId, business, service, resources, partySize } = wish;
  return {
    bookingId,
    holdId,
    businessId: business.businessId,
    resourceId,
    serviceId: service.serviceId,
    start: fromEpochMs(start),
    end: fromEpochMs(end),
    bufferBeforeMinutes: service.bufferBeforeMinutes,
    bufferAfterMinutes: service.bufferAfterMinutes,
    partySize,
    capacity: capacityOf(service, resources.get(resourceId) as ResourceRules),
  };
}

function dayOf({ start, business: { timeZone } }: SlotWish): Interval {
  const date = localDate(fromEpochMs(start), timeZone);
  return {
    start: epochMs(atLocal(date, '00:00', timeZone)),
    end: epochMs(atLocal(plusDays(date, 1), '00:00', timeZone)),
  };
}

const bookingsOn = (state: CalendarState, day: Interval): number =>
  startingWithin(state, day).filter(({ serviceId }) => serviceId !== null).length;

const idOf = ({ resourceId }: ResourceRules): Uuid => resourceId;

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing < 0 ? 0 : (a[differing] as number) - (b[differing] as number);
}

/** What a booking is to be reserved by these rules. */
export const wishFor = (
  { business, service, resources }: Rules,
  booking: Pick<SlotWish, 'bookingId' | 'partySize' | 'resourceIds' | 'within'> & { readonly start: Instant },
  { at }: CommandContext,
): SlotWish => ({
  business,
  service,
  resources,
  bookingId: booking.bookingId,
  partySize: booking.partySize,
  resourceIds: booking.resourceIds,
  within: booking.within,
  start: epochMs(booking.start),
  at: epochMs(at),
});

/** The hold that this operation gives a booking of the same length. */
export const holdIdAgain = (context: CommandContext, { start, end }: { start: Instant; end: Instant }): Uuid =>
  holdIdFor(context, (epochMs(end) - epochMs(start)) / MINUTE);
