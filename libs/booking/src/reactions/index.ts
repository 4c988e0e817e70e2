import { autoCompletion, CompleteBookings } from './auto-completion';
import { ExpireBookings, pendingExpiry } from './pending-expiry';

/** What follows from events of bookings. */
export const bookingReactions = [pendingExpiry, autoCompletion];

/** Who does the jobs of these reactions. */
export const bookingJobHandlers = [ExpireBookings, CompleteBookings];
