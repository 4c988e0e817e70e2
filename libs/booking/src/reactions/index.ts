import { autoCompletion, CompleteBookings } from './auto-completion';
import { ExpireBookings, pendingExpiry } from './pending-expiry';
import { PlanReminders, Remind, reminders } from './reminders';

export { sendReminder } from './reminders';

/** What follows from events of bookings. */
export const bookingReactions = [pendingExpiry, autoCompletion, reminders];

/** Who does the jobs of these reactions. */
export const bookingJobHandlers = [ExpireBookings, CompleteBookings, PlanReminders, Remind];
