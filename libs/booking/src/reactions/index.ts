import { attention, LookAtBookings } from './attention';
import { autoCompletion, CompleteBookings } from './auto-completion';
import { openedTime } from './opened-time';
import { outsideTime } from './outside-time';
import { ExpireBookings, pendingExpiry } from './pending-expiry';
import { privateTime } from './private-time';
import { PlanReminders, Remind, reminderChanges, reminders } from './reminders';
import { EndWaitlists, EndWaits, ExpireOffers, FreeTimeSeeker, freedTime, waitlistEnds } from './waitlist';

export { type Changed, lookForUncovered, tellOfUncovered, type Uncovered } from './attention';
export { type OfOutsideCalendar, refreshOutsideCalendar } from './outside-time';
export { keepPrivateTime, keepPrivateTimeOfBusiness, type PrivateTime } from './private-time';
export {
  planRemindersAgain,
  REMINDED_AHEAD,
  type RemindersChanged,
  replanReminders,
  sendReminder,
} from './reminders';
export { type Freed, leaveAllWaitlists, leaveWaitlists, lookWhoWaits, offerFreedTime } from './waitlist';

/** What follows from events of bookings. */
export const bookingReactions = [
  pendingExpiry,
  autoCompletion,
  reminders,
  reminderChanges,
  privateTime,
  attention,
  outsideTime,
  freedTime,
  openedTime,
  waitlistEnds,
];

/** Who does the jobs of these reactions. */
export const bookingJobHandlers = [
  ExpireBookings,
  CompleteBookings,
  PlanReminders,
  Remind,
  FreeTimeSeeker,
  ExpireOffers,
  EndWaits,
  EndWaitlists,
  LookAtBookings,
];
