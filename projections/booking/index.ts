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

export { type Asking, AvailabilityQueries, type SlotQuestion } from './availability/queries';
export { BlockQueries, type BlockRow } from './blocks/queries';
export { BookingHistoryQueries, type BookingHistoryRow } from './booking-history/queries';
export { BookingQueries, type BookingRow } from './bookings/queries';
export { OpenHoldQueries } from './open-holds/queries';

export const bookingProjections = [
  bookingsProjection,
  bookingHistoryProjection,
  availabilityProjection,
  openHoldsProjection,
  blocksProjection,
];
export const bookingQueries = [
  BookingQueries,
  BookingHistoryQueries,
  AvailabilityQueries,
  OpenHoldQueries,
  BlockQueries,
];
