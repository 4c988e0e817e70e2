import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, ensureRevision, idFor, stepOf } from '@yoyaku/eventing';
import { DomainError, ensure, epochMs, type Instant, isAfter, type Uuid } from '@yoyaku/kernel';
import { Booking, type Party } from '../domain/booking.decider';
import { type MadeBooking, ownsHold } from '../domain/booking-state';
import type { CalendarState } from '../domain/calendar.decider';
import { allowed } from '../domain/lifecycle';
import type { Rules } from '../domain/rules';
import { moveStep, Series } from '../domain/series.decider';
import type { SeriesMode } from '../domain/series.events';
import { shiftOf } from '../domain/shift';
import type { SeriesScope } from './cancel-series';
import { addHolds, type Booked, byCalendar, calendarsOf, type Hold, Holds } from './holds';
import { RescheduleBooking } from './move-booking';
import { ensureSettled, ensureUntouched, isTakenBy, type Moving, ownIn, planMoves, type Unmoved } from './plan-moves';
import { RuleBook } from './rule-book';
import { type RequestedSeries, SeriesBookings } from './series-bookings';
import { Welcome } from './welcome';

export interface SeriesMove {
  /** When the booking `from` is to start; the others are moved as far, in the wall time of the series. */
  readonly start: Instant;
  readonly scope: SeriesScope;
  /**
   * One of its bookings; null: the first that can be moved. One that its customer is too late to move is that only where
   * all must be free to move, or no other can be.
   */
  readonly from: Uuid | null;
  /** Whether all must be free to move, or those that are will do. */
  readonly mode: SeriesMode;
  readonly by: Party;
  readonly keepPrice: boolean;
  /** Only those that are at these locations, or at none; empty: anywhere. */
  readonly atLocations: readonly Uuid[];
}

export interface MovedSeries {
  readonly series: RequestedSeries;
  readonly unmoved: readonly Unmoved[];
}

/**
 * Moves several bookings of a series by as much, each with the resources that it has. What has begun, or was given up,
 * stays as it is. Throws `series.not_found`, `booking.not_found` where `from` is none of its bookings, what the lifecycle
 * has against a move of that one, `booking.series_clash`, which names each time that cannot be had and why, and
 * `booking.customer_blocked`.
 */
export class MoveSeries extends Command<MovedSeries> {
  constructor(
    readonly seriesId: Uuid,
    readonly move: SeriesMove,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** A booking as it is, and as it was before the request. */
interface Standing extends Omit<Moving, 'to'> {
  readonly wasAt: Instant;
  /** What it had then, and where it went, where an earlier run of the request has moved it. */
  readonly left: readonly Hold[] | null;
  readonly movedTo: Instant | null;
}

/** How often a plan is made anew, because others took what it was made with. */
const MOST_PLANS = 5;

/**
 * Reserves all new times with one append to each calendar, beside the old ones; then moves the bookings one by one, each
 * only after those that were in its way; then gives the old times back. So no two bookings ever have the same time,
 * wherever the process dies. The request, sent again with its key, moves the rest.
 */
@CommandHandler(MoveSeries)
export class MoveSeriesHandler implements ICommandHandler<MoveSeries> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly bookings: SeriesBookings,
    private readonly holds: Holds,
    private readonly welcome: Welcome,
  ) {}

  async execute({ seriesId, move, context }: MoveSeries): Promise<MovedSeries> {
    const series = await this.aggregates.load(Series, seriesId, 'requireLoad');
    ensureRevision(series, context);
    if (move.scope === 'one') return this.moveOne(series, move, context);
    const moving = await this.movingOf(series, move, context);
    const { businessId, userId } = series.known;
    if (move.by === 'customer' && userId) await this.welcome.ensure(businessId, { userId });
    if (moving.length === 0) return { series, unmoved: [] };
    const held: Hold[] = [];
    const moved: (readonly [before: MadeBooking, now: Booked])[] = [];
    try {
      const { plan, calendars } = await this.reserve(moving, move, held, context);
      const unmoved = [...plan.unmoved, ...(await this.moveAll(plan, move, calendars, moved, context))];
      return { series: series.upTo(await this.release(moved, held, context)), unmoved };
    } catch (error) {
      // Where the store does not answer nothing can be settled now; the reaper will.
      if (held.length > 0) await this.release(moved, held, context).catch(() => {});
      throw error;
    }
  }

  /** As if it were of no series. */
  private async moveOne(series: RequestedSeries, move: SeriesMove, context: CommandContext): Promise<MovedSeries> {
    const { start, from, by, keepPrice, atLocations } = move;
    const bookings = await this.bookings.all(series, context);
    const booking = bookings.find(({ bookingId }) => bookingId === from);
    if (from === null || !booking || !isAt(booking, atLocations))
      throw new DomainError('booking.not_found', { path: 'from' });
    const step = stepOf(context, `move ${from}`);
    const to = { start, resourceIds: [], by, keepPrice, atLocations };
    const { position } = await this.commands.send(new RescheduleBooking(from, to, step));
    return { series: series.upTo(position), unmoved: [] };
  }

  /** What is to be moved where: who may be in another's way goes first. */
  private async movingOf(series: RequestedSeries, move: SeriesMove, context: CommandContext): Promise<Moving[]> {
    const bookings = (await this.bookings.all(series, context)).filter((one) => isAt(one, move.atLocations));
    const all = await Promise.all(bookings.map((booking) => this.standingOf(booking, context)));
    // Whoever moved them may have died before that was given back.
    await this.holds.releaseTogether(
      all.flatMap(({ left }) => left ?? []),
      context,
    );
    const canMove = ({ booking, left }: Standing) => left !== null || isOpen(booking, move.by, context.at);
    const isFree = ({ booking }: Standing) => move.mode === 'available' && isMovable(booking, move.by, context.at);
    // How far they go is settled once one has gone, whichever of the others cannot by now.
    const first = all.find(({ left }) => left !== null) ?? all.find(isFree) ?? all.find(canMove) ?? all[0];
    const anchor = move.from === null ? first : all.find(({ booking }) => booking.bookingId === move.from);
    if (!anchor) throw new DomainError('booking.not_found', { path: 'from' });
    if (!anchor.left) allowed('RescheduleBooking', anchor.booking, { by: move.by, at: context.at });
    const start = (move.from === null && anchor.movedTo) || move.start;
    const shift = shiftOf(anchor.wasAt, start, series.known.timeZone);
    const isMeant = ({ wasAt }: Standing): boolean => move.scope === 'all' || epochMs(wasAt) >= epochMs(anchor.wasAt);
    return all
      .filter((one) => canMove(one) && !one.left && isMeant(one))
      .map(({ booking, holdId, wasAt }) => ({ booking, holdId, to: shift(wasAt) }))
      .filter(({ booking, to }) => booking.start !== to)
      .sort((a, b) => {
        const earlierFirst = epochMs(a.booking.start) - epochMs(b.booking.start);
        return isAfter(start, anchor.wasAt) ? -earlierFirst : earlierFirst;
      });
  }

  private async standingOf(booking: MadeBooking, context: CommandContext): Promise<Standing> {
    const step = stepOf(context, moveStep(booking.bookingId));
    let holdId = idFor(step, 'hold');
    if (context.repeated) {
      for await (const { type, commandId, data } of this.aggregates.history(Booking, booking.bookingId)) {
        if (type === 'BookingRescheduled' && commandId === step.commandId) {
          const { previous } = data;
          const { bookingId, businessId } = booking;
          const left = previous.resourceIds.map((resourceId) => ({
            bookingId,
            businessId,
            resourceId,
            holdId: previous.holdId,
          }));
          return { booking, holdId, wasAt: previous.start, left, movedTo: data.start };
        }
      }
      // An earlier run died with it, and it was settled.
      for (let again = 1; booking.renounced.includes(holdId); again++) holdId = idFor(step, `hold ${again}`);
    }
    return { booking, holdId, wasAt: booking.start, left: null, movedTo: null };
  }

  /** Whatever it reserved is added to `held`. */
  private async reserve(moving: readonly Moving[], move: SeriesMove, held: Hold[], context: CommandContext) {
    const rulesOf = this.rulesFor(move);
    const able = await Promise.all(moving.map(({ booking }) => rulesOf(booking).catch(() => undefined)));
    const resourceIds = new Set([
      ...moving.flatMap(({ booking }) => booking.resourceIds),
      ...able.flatMap((rules) => [...(rules?.resources.keys() ?? [])]),
    ]);
    for (let left = MOST_PLANS; ; left--) {
      const calendars = await calendarsOf(this.aggregates, [...resourceIds]);
      ensureSettled(calendars, moving);
      addHolds(held, ownIn(calendars, moving));
      const plan = await planMoves(moving, move.by, rulesOf, calendars, context);
      const isEnough = move.mode === 'all' ? plan.unmoved.length === 0 : plan.moves.length > 0;
      const clashes = plan.unmoved.map(({ start, code }) => ({ start, code }));
      if (!isEnough) throw new DomainError('booking.series_clash', { clashes });
      try {
        for (const [resourceId, slots] of byCalendar([...plan.slots.values()].flat())) {
          // Without an answer they may be held all the same, now or later.
          addHolds(held, slots);
          ensureUntouched(await this.holds.reserveTogether(resourceId, slots, context, plan.leaving), moving);
        }
        return { plan, calendars };
      } catch (error) {
        const isTaken = error instanceof DomainError && error.code === 'booking.slot_taken';
        if (!isTaken || left === 0) throw error;
      }
    }
  }

  /** By place and resources of a booking, looked up once. */
  private rulesFor({ atLocations }: SeriesMove): (booking: MadeBooking) => Promise<Rules> {
    const known = new Map<string, Promise<Rules>>();
    return ({ businessId, serviceId, resourceIds, locationId }) =>
      known.getOrInsertComputed(`${locationId} ${resourceIds.toSorted()}`, () =>
        this.rules.of(businessId, serviceId, { atLocations, kept: { resourceIds, locationId } }, 'requireLoad'),
      );
  }

  /**
   * Adds to `moved` those that it has moved. Returns those that were changed meanwhile, so that they stay, and those in
   * whose way they are then. Throws where none is moved.
   */
  private async moveAll(
    { moves, slots }: Plan,
    { by, keepPrice }: SeriesMove,
    calendars: ReadonlyMap<Uuid, CalendarState>,
    moved: (readonly [before: MadeBooking, now: Booked])[],
    context: CommandContext,
  ): Promise<Unmoved[]> {
    const stays = new Set<Uuid>();
    const unmoved: Unmoved[] = [];
    const all = [...slots.values()].flat();
    let refusal: DomainError | undefined;
    for (const { booking, place, rules } of moves) {
      const { bookingId } = booking;
      try {
        const isInTheWay = all.some(
          (slot) => slot.bookingId === bookingId && isTakenBy(calendars.get(slot.resourceId), slot, stays),
        );
        ensure(!isInTheWay, 'booking.slot_taken', { start: place.start });
        const price = keepPrice ? booking.price : place.price;
        const { holdId, locationId, resourceIds, start, end } = place;
        const data = {
          holdId,
          locationId,
          resourceIds,
          start,
          end,
          by,
          from: booking.holdId,
          price,
          terms: rules.service.terms,
          needsApproval: !rules.business.autoConfirm,
        };
        const step = stepOf(context, moveStep(bookingId));
        moved.push([
          booking,
          await this.commands.execute(Booking, bookingId, { type: 'RescheduleBooking', data }, step),
        ]);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refusal ??= error;
        stays.add(bookingId);
        unmoved.push({ bookingId, start: place.start, code: error.code });
      }
    }
    if (refusal && moved.length === 0) throw refusal;
    return unmoved;
  }

  /** Gives back the times that were left, and those that were reserved in vain. Returns the last position. */
  private async release(
    moved: readonly (readonly [before: MadeBooking, now: Booked])[],
    held: readonly Hold[],
    context: CommandContext,
  ): Promise<bigint> {
    const left = moved.flatMap(([{ bookingId, businessId, resourceIds, holdId }, { state }]) =>
      resourceIds
        .filter((resourceId) => !ownsHold(state, resourceId, holdId))
        .map((resourceId) => ({ bookingId, businessId, resourceId, holdId })),
    );
    const released = await this.holds.releaseTogether(left, context);
    const now = new Map(moved.map(([{ bookingId }, { state }]) => [bookingId, state]));
    const spare = held.filter(({ bookingId, resourceId, holdId }) => {
      const state = now.get(bookingId);
      return !state || !ownsHold(state, resourceId, holdId);
    });
    const { position } = await this.holds.settle(spare, context);
    return [released, ...moved.map(([, booked]) => booked.position)].reduce((a, b) => (a > b ? a : b), position);
  }
}

type Plan = Awaited<ReturnType<typeof planMoves>>;

/** Whether it is at one of the locations, or at none. */
const isAt = ({ locationId }: MadeBooking, atLocations: readonly Uuid[]): boolean =>
  atLocations.length === 0 || locationId === null || atLocations.includes(locationId);

/** Whether it is neither over nor given up. That its customer is too late is told. */
const isOpen = (booking: MadeBooking, by: Party, at: Instant): boolean =>
  [undefined, 'booking.too_late_to_change'].includes(refusalOf(booking, by, at));

const isMovable = (booking: MadeBooking, by: Party, at: Instant): boolean => refusalOf(booking, by, at) === undefined;

/** What the lifecycle has against a move of it. */
function refusalOf(booking: MadeBooking, by: Party, at: Instant): string | undefined {
  try {
    allowed('RescheduleBooking', booking, { by, at });
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
