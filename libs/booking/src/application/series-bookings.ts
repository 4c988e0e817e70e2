import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, stepOf, type Versioned } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { isMade, type MadeBooking } from '../domain/booking-state';
import { bookingsOf, isOfSeries, type MadeSeries, Series, type SeriesState } from '../domain/series.decider';
import { type Booked, type Hold, Holds } from './holds';

/** A series that is there, after a command. */
export type RequestedSeries = Versioned<SeriesState, SeriesState & MadeSeries>;

/** So many bookings of a series are made at once. */
const AT_ONCE = 8;

/** Makes what a series' stream says true of its bookings and calendars, whoever died in between. */
@Injectable()
export class SeriesBookings {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly holds: Holds,
  ) {}

  /** All of them, as they are. What somebody died over is made first: otherwise it would be made after this. */
  async all(series: RequestedSeries, context: CommandContext): Promise<MadeBooking[]> {
    const load = () =>
      Promise.all(
        series.known.occurrences.map(async ({ bookingId }) => {
          const { state } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
          return { bookingId, state };
        }),
      );
    const found = await load();
    const missing = found.flatMap(({ bookingId, state }) => (state.status === 'none' ? [bookingId] : []));
    if (missing.length > 0) await this.make(series.known, context, new Set(missing));
    return (missing.length > 0 ? await load() : found).flatMap(({ state }) => (isMade(state) ? [state] : []));
  }

  /** Makes those bookings of the series that are not made yet, or only the named ones. Returns how they are. */
  async make(series: MadeSeries, context: CommandContext, only?: ReadonlySet<Uuid>): Promise<Booked[]> {
    const requests = bookingsOf(series).filter(({ data: { bookingId } }) => only?.has(bookingId) ?? true);
    const made: Booked[] = [];
    for (let i = 0; i < requests.length; i += AT_ONCE) {
      const some = requests.slice(i, i + AT_ONCE).map((request) => {
        const { bookingId } = request.data;
        const step = { ...stepOf(context, `book ${bookingId}`), causationId: series.seriesId, repeated: false };
        return this.commands.execute(Booking, bookingId, request, step, 'assumeEmpty');
      });
      made.push(...(await Promise.all(some)));
    }
    return made;
  }

  /**
   * Settles holds of a series: where it was requested, its bookings are made and own their holds; otherwise it never
   * will be. What is nobody's then is released. Returns the position of the last append.
   */
  async settle(seriesId: Uuid, unsettled: readonly Hold[], context: CommandContext): Promise<bigint> {
    const [{ businessId }] = unsettled as readonly [Hold];
    const command = { type: 'AbandonSeries', data: { seriesId, businessId } } as const;
    const settled = await this.commands.execute(Series, seriesId, command, stepOf(context, `abandon ${seriesId}`));
    if (settled.state.type === 'requested') {
      await this.make(settled.state, context, new Set(unsettled.map(({ bookingId }) => bookingId)));
      return (await this.holds.settle(unsettled, context)).position;
    }
    const released = await this.holds.release(unsettled, context);
    return released > settled.position ? released : settled.position;
  }
}

/** The series that each of the holds is of, and those that are of none. */
export const bySeries = (holds: readonly Hold[]): Map<Uuid | null, Hold[]> =>
  Map.groupBy(holds, ({ bookingId, holdId }) => (isOfSeries(bookingId, holdId) ? holdId : null));
