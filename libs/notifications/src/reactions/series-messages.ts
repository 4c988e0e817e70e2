import { Injectable } from '@nestjs/common';
import { isCancelledWithSeries, isMovedWithSeries, isRequestedWithSeries } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import type { RecordedEvent } from '@yoyaku/eventing';
import { plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import type { InParts } from '../application/notifier';
import { PeopleOfBookings } from '../application/people-of-bookings';
import { SeriesToTell } from '../application/series-facts';
import type { Notice, SeriesFacts, SeriesKind } from '../domain/notice';

/** Bookings of a series were requested, moved or cancelled together. */
interface Together {
  /** One of them. */
  readonly bookingId: Uuid;
  /** What led to all of them. */
  readonly cause: string;
}

const tellOfRequestedSeries = defineJob<Together>('tell-of-requested-series');
const tellOfMovedSeries = defineJob<Together>('tell-of-moved-series');
const tellOfCancelledSeries = defineJob<Together>('tell-of-cancelled-series');

/** Milliseconds within which a request that moves or cancels one booking of a series has mostly done so with the others. */
const SETTLED = 5_000;

/**
 * Whatever is done with several bookings of a series at once is told once: each of their events plans the same job. A
 * move or a cancellation may stand still in the middle, or go on only when it is asked for again. Each event therefore plans a job
 * of its own, too, which tells of what the others have not told.
 */
export const seriesMessages = defineReaction<BookingEvent>({
  name: 'series-messages',
  version: 3,
  from: 'now',
  on: {
    BookingRequested: (event) => {
      const { bookingId, holdId } = event.data;
      if (!isRequestedWithSeries(event)) return [];
      return [tellOfRequestedSeries.job({ bookingId, cause: holdId }, { key: holdId })];
    },
    BookingRescheduled: (event) => (isMovedWithSeries(event) ? whenSettled(tellOfMovedSeries, event) : []),
    BookingCancelled: (event) => (isCancelledWithSeries(event) ? whenSettled(tellOfCancelledSeries, event) : []),
  },
});

function whenSettled(
  tell: typeof tellOfCancelledSeries,
  { causationId: cause, at, data: { bookingId } }: RecordedEvent<BookingEvent & { data: { bookingId: Uuid } }>,
): Job[] {
  return [
    tell.job({ bookingId, cause }, { at: plusMs(at, SETTLED), key: cause }),
    tell.job({ bookingId, cause }, { at: plusMs(at, 2 * SETTLED), key: `${cause} ${bookingId}` }),
  ];
}

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
export class TellOfMovedSeries implements JobHandler<Together> {
  readonly kind = tellOfMovedSeries;

  constructor(
    private readonly series: SeriesToTell,
    private readonly people: PeopleOfBookings,
  ) {}

  async run({ data: { bookingId, cause }, context }: DueJob<Together>): Promise<undefined> {
    if (await this.series.isTold(bookingId, cause, 'series_changed', 'series_requested')) return undefined;
    const moved = await this.series.together(bookingId, cause, 'BookingRescheduled');
    if (!moved) return undefined;
    const { rest, isByCustomer, isPending, concern } = moved;
    const desk = isPending ? 'series_to_approve' : isByCustomer ? 'series_moved' : null;
    if (desk) await this.people.tellBusiness(inParts(desk, rest), concern, context);
    await this.people.tellCustomer(inParts(isPending ? 'series_requested' : 'series_changed', rest), concern, context);
    return undefined;
  }
}

/** A message of that kind, about what was not told before. */
const inParts = (kind: SeriesKind, rest: (told: readonly Notice[]) => SeriesFacts | null): InParts => ({
  kind,
  rest: (told) => {
    const facts = rest(told);
    return facts && { kind, facts };
  },
});

@Injectable()
export class TellOfCancelledSeries implements JobHandler<Together> {
  readonly kind = tellOfCancelledSeries;

  constructor(
    private readonly series: SeriesToTell,
    private readonly people: PeopleOfBookings,
  ) {}

  async run({ data: { bookingId, cause }, context }: DueJob<Together>): Promise<undefined> {
    if (await this.series.isTold(bookingId, cause, 'series_cancelled')) return undefined;
    const cancelled = await this.series.together(bookingId, cause, 'BookingCancelled');
    if (!cancelled) return undefined;
    const { rest, isByCustomer, concern } = cancelled;
    // The customer is told last: that they were is what shows that all is done.
    if (isByCustomer) await this.people.tellBusiness(inParts('series_withdrawn', rest), concern, context);
    await this.people.tellCustomer(inParts('series_cancelled', rest), concern, context);
    return undefined;
  }
}
