import { Injectable } from '@nestjs/common';
import { isCancelledWithSeries, isRequestedWithSeries } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import { plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type JobHandler } from '@yoyaku/reacting';
import type { InParts } from '../application/notifier';
import { PeopleOfBookings } from '../application/people-of-bookings';
import { SeriesToTell } from '../application/series-facts';

/** Bookings of a series were requested, or cancelled, together. */
interface Together {
  /** One of them. */
  readonly bookingId: Uuid;
  /** What led to all of them. */
  readonly cause: string;
}

const tellOfRequestedSeries = defineJob<Together>('tell-of-requested-series');
const tellOfCancelledSeries = defineJob<Together>('tell-of-cancelled-series');

/** Milliseconds within which a request that cancels one booking of a series has mostly cancelled the others. */
const SETTLED = 5_000;

/**
 * Whatever is done with several bookings of a series at once is told once: each of their events plans the same job. A
 * cancellation may stand still in the middle, or go on only when it is asked for again. Each event therefore plans a job
 * of its own, too, which tells of what the others have not told.
 */
export const seriesMessages = defineReaction<BookingEvent>({
  name: 'series-messages',
  version: 2,
  from: 'now',
  on: {
    BookingRequested: (event) => {
      const { bookingId, holdId } = event.data;
      if (!isRequestedWithSeries(event)) return [];
      return [tellOfRequestedSeries.job({ bookingId, cause: holdId }, { key: holdId })];
    },
    BookingCancelled: (event) => {
      const { causationId: cause, at, data } = event;
      if (!isCancelledWithSeries(event)) return [];
      const { bookingId } = data;
      return [
        tellOfCancelledSeries.job({ bookingId, cause }, { at: plusMs(at, SETTLED), key: cause }),
        tellOfCancelledSeries.job({ bookingId, cause }, { at: plusMs(at, 2 * SETTLED), key: `${cause} ${bookingId}` }),
      ];
    },
  },
});

@Injectable()
export class TellOfRequestedSeries implements JobHandler<Together> {
  readonly kind = tellOfRequestedSeries;

  constructor(
    private readonly series: SeriesToTell,
    private readonly people: PeopleOfBookings,
  ) {}

  async run({ data: { bookingId }, context }: DueJob<Together>): Promise<undefined> {
    const told = await this.series.requested(bookingId);
    if (!told) return undefined;
    const { facts, isPending, concern } = told;
    await this.people.tellCustomer({ kind: isPending ? 'series_requested' : 'series_booked', facts }, concern, context);
    await this.people.tellBusiness(
      { kind: isPending ? 'series_to_approve' : 'series_received', facts },
      concern,
      context,
    );
    return undefined;
  }
}

@Injectable()
export class TellOfCancelledSeries implements JobHandler<Together> {
  readonly kind = tellOfCancelledSeries;

  constructor(
    private readonly series: SeriesToTell,
    private readonly people: PeopleOfBookings,
  ) {}

  async run({ data: { bookingId, cause }, context }: DueJob<Together>): Promise<undefined> {
    if (await this.series.isCancellationTold(bookingId, cause)) return undefined;
    const cancelled = await this.series.cancelled(bookingId, cause);
    if (!cancelled) return undefined;
    const { rest, isByCustomer, concern } = cancelled;
    const inParts = (kind: 'series_cancelled' | 'series_withdrawn'): InParts => ({
      kind,
      rest: (told) => {
        const facts = rest(told);
        return facts && { kind, facts };
      },
    });
    // The customer is told last: that they were is what shows that all is done.
    if (isByCustomer) await this.people.tellBusiness(inParts('series_withdrawn'), concern, context);
    await this.people.tellCustomer(inParts('series_cancelled'), concern, context);
    return undefined;
  }
}
