import { type EventCatalog, type Instant, type Message, type Money, plain, type Uuid } from '@yoyaku/kernel';
import { type BookingTerms, type PendingFor, type Place, withoutReminders } from './booking.events';

/** The category of the streams. */
export const SERIES = 'series';

/** Whether all occurrences must be free, or those that are will do. */
export const SERIES_MODES = ['all', 'available'] as const;
export type SeriesMode = (typeof SERIES_MODES)[number];

/** One time of a series; it is a booking of its own. The series' id is the hold that reserves it. */
export interface Occurrence extends Omit<Place, 'holdId'> {
  readonly bookingId: Uuid;
  readonly price: Money;
  /** For what its booking waits at first. */
  readonly pendingFor: readonly PendingFor[];
}

interface Subject {
  readonly seriesId: Uuid;
  readonly businessId: Uuid;
}

export type SeriesEvent =
  /** All of its occurrences are held, and become bookings now. */
  | Message<
      'SeriesRequested',
      Subject & {
        customerId: Uuid;
        userId: Uuid | null;
        serviceId: Uuid;
        serviceName: string;
        /** A rule of RFC 5545, in the wall time of that zone. */
        rrule: string;
        start: Instant;
        timeZone: string;
        mode: SeriesMode;
        partySize: number;
        terms: BookingTerms;
        occurrences: readonly Occurrence[];
        /** Times that could not be booked, and why. */
        skipped: readonly { readonly start: Instant; readonly code: string }[];
      }
    >
  /** The request failed before the series was made. This series can no longer be made. */
  | Message<'SeriesAbandoned', Subject>;

export const seriesEvents: EventCatalog<SeriesEvent> = {
  SeriesRequested: { version: 2, upcasts: { 1: (data) => withoutReminders(data as { terms: object }) } },
  SeriesAbandoned: plain,
};
