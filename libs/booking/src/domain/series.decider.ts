import {
  type Aggregate,
  type Decider,
  deriveFrom,
  ensure,
  type Instant,
  type Message,
  type OfType,
  tenantOfBusiness,
  type Uuid,
} from '@yoyaku/kernel';
import type { BookingStep } from './booking.decider';
import { expiryOf } from './booking-state';
import { SERIES, type SeriesEvent, seriesEvents } from './series.events';

export type SeriesStep =
  | Message<'RequestSeries', OfType<SeriesEvent, 'SeriesRequested'>['data']>
  /** Makes sure that the series will never be made, unless it is. */
  | Message<'AbandonSeries', { seriesId: Uuid; businessId: Uuid }>;

export type MadeSeries = OfType<SeriesEvent, 'SeriesRequested'>['data'] & { readonly requestedAt: Instant };

export type SeriesState =
  | { readonly type: 'none' }
  | { readonly type: 'abandoned'; readonly businessId: Uuid }
  | (MadeSeries & { readonly type: 'requested' });

const decider: Decider<SeriesState, SeriesStep, SeriesEvent> = {
  initial: { type: 'none' },
  decide: {
    RequestSeries: ({ data }, { type }) => {
      ensure(type !== 'abandoned', 'booking.abandoned', { bookingId: data.seriesId });
      return type === 'none' ? [{ type: 'SeriesRequested', data }] : [];
    },
    AbandonSeries: ({ data }, { type }) => (type === 'none' ? [{ type: 'SeriesAbandoned', data }] : []),
  },
  evolve: {
    SeriesRequested: (_, { data, at }) => ({ type: 'requested', ...data, requestedAt: at }),
    SeriesAbandoned: (_, { data: { businessId } }) => ({ type: 'abandoned', businessId }),
  },
};

/** The series, if there is one. Throws `series.not_found`. */
function madeSeries(state: SeriesState): MadeSeries {
  ensure(state.type === 'requested', 'series.not_found');
  return state;
}

/**
 * Bookings that repeat by a rule. The stream says once and for all whether a request for them succeeded: its calendars are
 * held before, its bookings are made after.
 */
export const Series: Aggregate<SeriesState, SeriesStep, SeriesEvent, SeriesState & MadeSeries> = {
  category: SERIES,
  decider,
  events: seriesEvents,
  tenantOf: (state) => tenantOfBusiness(state.type === 'none' ? { status: state.type } : state),
  known: (state) => madeSeries(state) as SeriesState & MadeSeries,
};

/** A series has no more occurrences than this. */
export const MOST_OCCURRENCES = 366;

/** The booking of the i-th time of a series. */
export const occurrenceId = (seriesId: Uuid, i: number): Uuid => deriveFrom(seriesId, `occurrence ${i}`);

interface OfRequest<Data> {
  readonly commandId: Uuid;
  readonly causationId: string;
  readonly data: Data;
}

/** Whether a booking was requested with its series, which its hold names: its series is what caused it. */
export const isRequestedWithSeries = ({ causationId, data: { holdId } }: OfRequest<{ holdId: Uuid }>): boolean =>
  causationId === holdId;

/** The step by which a request that cancels bookings of a series cancels this one. */
export const cancelStep = (bookingId: Uuid): string => `cancel ${bookingId} of its series`;

/** Whether a booking was cancelled with others of its series, by one request. */
export const isCancelledWithSeries = ({ commandId, causationId, data }: OfRequest<{ bookingId: Uuid }>): boolean =>
  commandId === deriveFrom(causationId as Uuid, cancelStep(data.bookingId));

/** The step by which a request that moves bookings of a series moves this one. */
export const moveStep = (bookingId: Uuid): string => `move ${bookingId} with its series`;

/** Whether a booking was moved with others of its series, by one request. */
export const isMovedWithSeries = ({ commandId, causationId, data }: OfRequest<{ bookingId: Uuid }>): boolean =>
  commandId === deriveFrom(causationId as Uuid, moveStep(data.bookingId));

/** Whether a hold is one that a series reserved for a time of its own. */
export function isOfSeries(bookingId: Uuid, holdId: Uuid): boolean {
  for (let i = 0; i < MOST_OCCURRENCES; i++) if (occurrenceId(holdId, i) === bookingId) return true;
  return false;
}

/** The commands that make its bookings; repeated, they change nothing. */
export const bookingsOf = (series: MadeSeries): OfType<BookingStep, 'RequestBooking'>[] =>
  series.occurrences.map(({ bookingId, locationId, resourceIds, start, end, price, pendingFor }) => ({
    type: 'RequestBooking',
    data: {
      bookingId,
      businessId: series.businessId,
      customerId: series.customerId,
      userId: series.userId,
      holdId: series.seriesId,
      locationId,
      resourceIds,
      start,
      end,
      serviceId: series.serviceId,
      serviceName: series.serviceName,
      price,
      partySize: series.partySize,
      note: null,
      terms: series.terms,
      status: pendingFor.length > 0 ? 'pending' : 'confirmed',
      pendingFor,
      expiresAt: pendingFor.length > 0 ? expiryOf(series.terms, pendingFor, start, series.requestedAt) : null,
      overridden: [],
    },
  }));
