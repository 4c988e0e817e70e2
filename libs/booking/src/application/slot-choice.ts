import { setImmediate as othersFirst } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, idFor, type Load } from '@yoyaku/eventing';
import { DomainError, ensure, epochMs, fromEpochMs, type Instant, isSame, MINUTE, type Uuid } from '@yoyaku/kernel';
import { bestAssignment } from '../domain/assignment';
import type { Place } from '../domain/booking.events';
import { isSamePlace } from '../domain/booking-state';
import { type Bookable, Calendar, type CalendarState, type Held, holds, placesLeft } from '../domain/calendar.decider';
import {
  type Choice,
  Choices,
  canBeMet,
  locationOf,
  type Reserving,
  type SlotWish,
  slotOf,
  withoutResource,
} from '../domain/choices';
import type { Offer } from '../domain/offers';
import { isPossible, type Option, optionsFor, withoutId } from '../domain/options';
import { bookingsOn, byId, compareRanks, dayOf } from '../domain/ranking';
import { ensureBookable } from '../domain/request-policies';
import type { Rules } from '../domain/rules';
import { type Interval, startingAt } from '../domain/timetable';
import { type Hold, Holds } from './holds';
import { othersBetween } from './others-first';

/** Chooses resources for a booking, and holds them. */
@Injectable()
export class SlotChoice {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly reserving: Holds,
  ) {}

  /**
   * Reserves one resource for each of the service's requirements, all at one place; nothing where the booking is there
   * already. Whatever it reserved, also when it throws, is added to `held`; who calls it settles what the booking does
   * not take up.
   *
   * Throws the first objection of the business's rules to every choice, `booking.slot_taken` only after each choice that
   * the rules allow turned out to be taken, `booking.offer_changed` where only what was not agreed to is free, and
   * `booking.resource_unsuitable` where there is no choice.
   */
  async reserve(wish: SlotWish, held: Hold[], context: CommandContext): Promise<Place> {
    ensureBookable(wish);
    const known = await this.sessionsThen(wish, context.repeated ? 'requireLoad' : 'maxStale');
    try {
      return await this.reserveOne(wish, known, held, context);
    } catch (error) {
      if (!(error instanceof DomainError) || !wish.service.shared) throw error;
      // A session may have been opened meanwhile, with another length or team than was looked for.
      const now = await this.sessionsThen(wish, 'requireLoad');
      if (isSame([...now], [...known])) throw error;
      return this.reserveOne(wish, now, held, context);
    }
  }

  /** What is taken at its start, where strangers may join: nobody looks at it otherwise. */
  private async sessionsThen(wish: SlotWish, load: Load): Promise<Taken> {
    const ids = wish.service.shared ? [...wish.resources.keys()] : [];
    const taken = ids.map(async (id) => {
      const { state } = await this.aggregates.load(Calendar, id, load);
      return [id, startingAt(state, wish.start)] as const;
    });
    return new Map(await Promise.all(taken));
  }

  private async reserveOne(wish: SlotWish, taken: Taken, held: Hold[], context: CommandContext): Promise<Place> {
    const choices = new Choices(wish);
    const options = optionsFor(wish, choices, (id) => taken.get(id) ?? []);
    const isFree = this.looking(wish, context);
    let slotTaken: DomainError | undefined;
    for (const option of options) {
      if (option.isAgreed) {
        const tried = await this.reserveWith(option, wish, held, context);
        if (tried && 'holdId' in tried) return tried;
        slotTaken = tried ?? slotTaken;
      } else if (!wish.seen && (await isFree(option))) break;
    }
    const others = new Map<string, Offer>();
    for (const option of options) {
      if (others.size === MOST_OTHERS) break;
      const { price, minutes } = option.offer;
      if (!option.isAgreed && (await isFree(option))) others.set(`${price.amount} ${minutes}`, option.offer);
    }
    if (others.size > 0) {
      const offered = [...others.values()].map(({ price, minutes }) => ({ price, durationMinutes: minutes }));
      throw new DomainError('booking.offer_changed', { offers: offered });
    }
    if (slotTaken) throw slotTaken;
    ensure(!isPossible(wish, choices), 'booking.slot_taken', { start: fromEpochMs(wish.start) });
    throw choices.objections[0] ?? new DomainError('booking.resource_unsuitable');
  }

  /** Undefined where the rules leave no choice; the error where each choice is taken. */
  private async reserveWith(
    option: Option,
    wish: SlotWish,
    held: Hold[],
    context: CommandContext,
  ): Promise<Place | DomainError | undefined> {
    const { minutes } = option.offer;
    const holdId = holdIdFor(context, minutes);
    let choices: readonly Choice[] = option.choices();
    let slotTaken: DomainError | undefined;
    const compare = await this.ranking(choices, wish, option, holdId, context);
    choices = choices.map((choice) => ({
      ...choice,
      requirements: choice.requirements.map((ids) => ids.toSorted(compare)),
    }));
    for (;;) {
      const best = await othersBetween(bestAssignment(choices, compare));
      if (!best) return slotTaken;
      const resourceIds = best.chosen;
      const locationId = locationOf(best.choice, wish, resourceIds);
      const [start, end] = [fromEpochMs(wish.start), fromEpochMs(wish.start + minutes * MINUTE)];
      const place = { holdId, locationId, resourceIds, start, end };
      // It takes up no other hold for where it is, so none is reserved that would have to be forfeited.
      if (wish.present && isSamePlace(place, wish.present)) return place;
      const slots = resourceIds.toSorted().map((id) => slotOf(wish, id, holdId, option.timeOf(id, resourceIds)));
      const refused = await this.holdAll(slots, held, context);
      if (!refused) return place;
      choices = choices.map((choice) => withoutResource(choice, refused.resourceId));
      slotTaken = refused.error;
    }
  }

  /**
   * Tells whether an option could be booked, as the calendars are now. Of many each is judged once, each calendar is read
   * once, and other requests go on in between.
   */
  private looking(wish: SlotWish, context: CommandContext): (option: Option) => Promise<boolean> {
    const calendars = new Map<Uuid, Promise<CalendarState>>();
    const judged = new Map<Option, Promise<boolean>>();
    const read = async (id: Uuid) => (await this.aggregates.load(Calendar, id, 'requireLoad')).state;
    const judge = async (option: Option) => {
      await othersFirst();
      const choices = option.choices();
      const holdId = holdIdFor(context, option.offer.minutes);
      const free = new Set<Uuid>();
      await Promise.all(
        [...new Set(choices.flatMap(({ requirements }) => requirements.flat()))].map(async (id) => {
          const state = await calendars.getOrInsertComputed(id, read);
          if (placesLeft(state, slotOf(wish, id, holdId, option.timeOf(id))) >= 0) free.add(id);
        }),
      );
      return canBeMet(choices, (id) => free.has(id));
    };
    return (option) => judged.getOrInsertComputed(option, judge);
  }

  /**
   * Reserves a cancelled booking's own resources and time again, whatever the rules are by now; `held` as with
   * {@link reserve}. Throws `booking.slot_taken`. Returns the hold's id.
   */
  async reserveAgain(booking: Place & Reserving, held: Hold[], context: CommandContext): Promise<Uuid> {
    const { resourceIds, service } = booking;
    const [start, end] = [epochMs(booking.start), epochMs(booking.end)];
    const holdId = holdIdFor(context, (end - start) / MINUTE);
    const buffers = await this.buffersOf(booking, { start, end });
    const slots = resourceIds.toSorted().map((id) => {
      const alongside = service.shared ? withoutId(resourceIds, id) : null;
      return slotOf(booking, id, holdId, { start, end, ...buffers, alongside });
    });
    const refused = await this.holdAll(slots, held, context);
    if (refused) throw refused.error;
    return holdId;
  }

  /** Those of its session, where that still stands, else those of the service. */
  private async buffersOf(
    { service, resourceIds }: Place & Reserving,
    { start, end }: Interval,
  ): Promise<Pick<Held, 'before' | 'after'>> {
    const [first] = resourceIds;
    if (service.shared && first) {
      const { state } = await this.aggregates.load(Calendar, first, 'requireLoad');
      const session = startingAt(state, start).find(
        (entry) => entry.shared && entry.serviceId === service.serviceId && entry.end === end,
      );
      if (session) return { before: session.before, after: session.after };
    }
    return { before: service.bufferBeforeMinutes * MINUTE, after: service.bufferAfterMinutes * MINUTE };
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
      const before = held.find((one) => one.holdId === holdId && one.resourceId === resourceId);
      // With another team it is held anew.
      if (before && !slot.alongside?.length) continue;
      const hold = before ?? { bookingId, businessId, resourceId, holdId };
      // Without an answer it may be held all the same, now or later: only what was refused is surely not.
      if (!before) held.push(hold);
      try {
        await this.reserving.reserve(slot, context);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (!before) held.splice(held.indexOf(hold), 1);
        if (error.code === 'booking.slot_taken') return { resourceId, error };
        throw error;
      }
    }
    return undefined;
  }

  /**
   * The order in which candidates are tried: what this very request held before it was repeated, then who seems to be
   * free, has fewest bookings on the place's day, and was used least recently. Nobody looks where there is no choice.
   */
  private async ranking(
    choices: readonly Choice[],
    wish: SlotWish,
    option: Option,
    holdId: Uuid,
    context: CommandContext,
  ): Promise<(a: Uuid, b: Uuid) => number> {
    if (choices.length <= 1 && choices.every(({ requirements }) => requirements.every(({ length }) => length <= 1))) {
      return byId;
    }
    const zones = new Map<Uuid, string>();
    for (const { venue, requirements } of choices) {
      for (const id of requirements.flat()) zones.set(id, venue.opening.timeZone);
    }
    const ranks = new Map<Uuid, readonly number[]>();
    await Promise.all(
      [...zones].map(async ([resourceId, timeZone]) => {
        const { state } = await this.aggregates.load(
          Calendar,
          resourceId,
          context.repeated ? 'requireLoad' : 'maxStale',
        );
        const slot = slotOf(wish, resourceId, holdId, option.timeOf(resourceId));
        const isHeld = holds(state, slot);
        const isFree = placesLeft(state, slot) >= 0;
        const busy = bookingsOn(state, dayOf(wish.start, timeZone));
        ranks.set(resourceId, [isHeld ? 0 : 1, isFree ? 0 : 1, busy, state.lastReservedAt]);
      }),
    );
    return (a, b) => compareRanks(ranks.get(a) ?? [], ranks.get(b) ?? []) || byId(a, b);
  }
}

/** By resource: what is taken. */
type Taken = ReadonlyMap<Uuid, readonly Held[]>;

/** A refusal names no more offers than these, the cheapest. */
const MOST_OTHERS = 20;

/** The hold of an operation, for a booking of that length; every repeat of the operation has the same. */
export const holdIdFor = (context: CommandContext, minutes: number): Uuid =>
  idFor(context, `hold for ${minutes} minutes`);

/** What a booking is to be reserved by these rules. */
export const wishFor = (
  rules: Rules,
  booking: Pick<
    SlotWish,
    'bookingId' | 'partySize' | 'resourceIds' | 'override' | 'present' | 'seen' | 'keepsTeams'
  > & {
    readonly start: Instant;
  },
  { at }: CommandContext,
): SlotWish => ({
  business: rules.business,
  service: rules.service,
  venues: rules.venues,
  resources: rules.resources,
  bookingId: booking.bookingId,
  partySize: booking.partySize,
  resourceIds: booking.resourceIds,
  override: booking.override,
  present: booking.present,
  seen: booking.seen,
  keepsTeams: booking.keepsTeams,
  start: epochMs(booking.start),
  at: epochMs(at),
});

/**
 * The id of the hold that this operation would give the booking as it is now. If the booking has that hold, an earlier run
 * of the operation has moved it already.
 */
export const holdIdAgain = (context: CommandContext, { start, end }: { start: Instant; end: Instant }): Uuid =>
  holdIdFor(context, (epochMs(end) - epochMs(start)) / MINUTE);
