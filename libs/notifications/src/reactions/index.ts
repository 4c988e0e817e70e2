import { SendEmails, SendTexts } from '../application/send-messages';
import { accountMessages, TellUsers, trialEndings } from './account-messages';
import { announcements } from './announcements';
import { bookingMessages, TellOfBookings } from './booking-messages';
import { deliveries } from './deliveries';
import { SendReminders } from './reminders';
import { seriesMessages, TellOfCancelledSeries, TellOfMovedSeries, TellOfRequestedSeries } from './series-messages';
import { TellOfUncovered } from './uncovered-messages';
import { TellOfOffers, waitlistMessages } from './waitlist-messages';

/** What follows from events for those who are to be told of them. */
export const notificationsReactions = [
  accountMessages,
  trialEndings,
  bookingMessages,
  seriesMessages,
  waitlistMessages,
  announcements,
  deliveries,
];

/** Who does the jobs of these reactions. */
export const notificationsJobHandlers = [
  TellUsers,
  TellOfBookings,
  TellOfRequestedSeries,
  TellOfMovedSeries,
  TellOfCancelledSeries,
  TellOfOffers,
  TellOfUncovered,
  SendReminders,
  SendEmails,
  SendTexts,
];
