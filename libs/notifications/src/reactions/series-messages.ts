import { Injectable } from '@nestjs/common';
import { isCancelledWithSeries, isRequestedWithSeries } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import { plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type JobHandler } from '@yoyaku/reacting';
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

/** Milliseconds within which a request that cancels one booking of a series has certainly cancelled the others. */
const SETTLED = 5_000;

/** Whatever is done with several bookings of a series at once is told once: each of their events plans the same job. */
export const seriesMessages = defineReaction<BookingEvent>({
  name: 'series-messages',
  version: 1,
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
      const when = { at: plusMs(at, SETTLED), key: cause };
      return [tellOfCancelledSeries.job({ bookingId: data.bookingId, cause }, when)];
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
    const told = await this.series.cancelled(bookingId, cause);
    if (!told) return undefined;
    const { facts, isByCustomer, concern } = told;
    await this.people.tellCustomer({ kind: 'series_cancelled', facts }, concern, context);
    if (isByCustomer) await this.people.tellBusiness({ kind: 'series_withdrawn', facts }, concern, context);
    return undefined;
  }
}
