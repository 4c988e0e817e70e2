import { SendEmails, SendTexts } from '../application/send-messages';
import { accountMessages, TellUsers, trialEndings } from './account-messages';
import { bookingMessages, TellOfBookings } from './booking-messages';
import { deliveries } from './deliveries';
import { SendReminders } from './reminders';

/** What follows from events for those who are to be told of them. */
export const notificationsReactions = [accountMessages, trialEndings, bookingMessages, deliveries];

/** Who does the jobs of these reactions. */
export const notificationsJobHandlers = [TellUsers, TellOfBookings, SendReminders, SendEmails, SendTexts];
