import { availabilityProjection } from './availability/projection';
import { AvailabilityQueries } from './availability/queries';
import { blocksProjection } from './blocks/projection';
import { BlockQueries } from './blocks/queries';
import { bookingHistoryProjection } from './booking-history/projection';
import { BookingHistoryQueries } from './booking-history/queries';
import { bookingsProjection } from './bookings/projection';
import { BookingQueries } from './bookings/queries';
import { openHoldsProjection } from './open-holds/projection';
import { OpenHoldQueries } from './open-holds/queries';
import { seriesProjection } from './series/projection';
import { SeriesQueries } from './series/queries';
import { waitlistProjection } from './waitlist/projection';
import { WaitlistQueries } from './waitlist/queries';

export { type Asking, AvailabilityQueries, type SlotQuestion } from './availability/queries';
export { BlockQueries, type BlockRow, type CalendarRow } from './blocks/queries';
export { BookingHistoryQueries, type BookingHistoryRow } from './booking-history/queries';
export { BookingQueries, type BookingRow, type BookingTime, type CoveredBooking } from './bookings/queries';
export { OpenHoldQueries } from './open-holds/queries';
export { SeriesQueries } from './series/queries';
export type { SeriesRow } from './series/table';
export { WaitlistQueries, type WaitlistRow } from './waitlist/queries';

export const bookingProjections = [
  bookingsProjection,
  bookingHistoryProjection,
  availabilityProjection,
  openHoldsProjection,
  seriesProjection,
  blocksProjection,
  waitlistProjection,
];
export const bookingQueries = [
  BookingQueries,
  BookingHistoryQueries,
  AvailabilityQueries,
  OpenHoldQueries,
  SeriesQueries,
  BlockQueries,
  WaitlistQueries,
];
