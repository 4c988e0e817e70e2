import { Injectable } from '@nestjs/common';
import type { BusinessEvent } from '@yoyaku/business/events';
import { DAY, type Instant, isAfter, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { type BookingReminder, BookingReminders } from '../application/booking-reminders';
import type { BookingEvent, BookingTerms } from '../domain/booking.events';
import { dueAt, remindersOf } from '../domain/reminders';

/** The earliest that a business may want to remind somebody, before the start; in milliseconds. */
export const REMINDED_AHEAD = 30 * DAY;

/** A business changed its settings, which reminders it wants among them. */
export interface RemindersChanged {
  readonly businessId: Uuid;
  readonly changedAt: Instant;
}

interface Agreed {
  readonly bookingId: Uuid;
  readonly agreedAt: Instant;
}

const planReminders = defineJob<Agreed>('plan-reminders');
const remind = defineJob<BookingReminder>('remind');

/** For what has been planned of bookings by the settings of before. */
export const replanReminders = defineJob<RemindersChanged>('replan-reminders');

/** A reminder that is to reach the booking's customer now. Who sends it is not known here. */
export const sendReminder = defineJob<BookingReminder>('send-reminder');

const remindOf = (reminder: BookingReminder): Job =>
  remind.job(reminder, { at: dueAt(reminder), until: reminder.start, key: keyOf(reminder) });

/**
 * For a booking that was agreed on. Those of the next days are planned by its terms; for a later one it is looked up then
 * what its business wants, because it may have changed that.
 */
function plan(bookingId: Uuid, agreedAt: Instant, start?: Instant, terms?: BookingTerms): Job[] {
  const from = start && plusMs(start, -REMINDED_AHEAD);
  const isLater = from !== undefined && isAfter(from, agreedAt);
  if (start && terms?.reminderHours && !isLater)
    return remindersOf({ start }, terms.reminderHours, agreedAt).map((each) => remindOf({ bookingId, ...each }));
  return [planReminders.job({ bookingId, agreedAt }, { at: isLater ? from : undefined, until: start })];
}

/** Customers are reminded of their bookings, so many hours before the start as their business wants. */
export const reminders = defineReaction<BookingEvent>({
  name: 'reminders',
  version: 2,
  from: 'beginning',
  on: {
    BookingRequested: ({ data: { bookingId, start, status, terms }, at }) =>
      status === 'confirmed' ? plan(bookingId, at, start, terms) : [],
    BookingConfirmed: ({ data: { bookingId }, at }) => plan(bookingId, at),
    BookingRescheduled: ({ data: { bookingId, start, agreed }, at }) =>
      agreed?.status === 'pending' ? [] : plan(bookingId, at, start, agreed?.terms),
    BookingCancellationUndone: ({ data: { bookingId, start }, at }) => plan(bookingId, at, start),
  },
});

/** Milliseconds within which a booking that was made with the settings of before is certainly in the read model. */
const SETTLED = 5_000;

/** What is planned within the next days follows its business's settings too, from when they change. */
export const reminderChanges = defineReaction<BusinessEvent>({
  name: 'reminder-changes',
  version: 1,
  from: 'now',
  on: {
    BusinessSettingsChanged: ({ data: { businessId }, at }) => [
      replanReminders.job(
        { businessId, changedAt: at },
        { at: plusMs(at, SETTLED), until: plusMs(at, REMINDED_AHEAD), key: `${businessId} ${at}` },
      ),
    ],
  },
});

/** What is planned already stays; it is looked up when it is due whether its business still wants it. */
export const planRemindersAgain = (bookingId: Uuid, changedAt: Instant): Job[] => [
  planReminders.job({ bookingId, agreedAt: changedAt }, { key: `${bookingId} ${changedAt}` }),
];

/** One reminder for each start and number of hours, however often it is planned. */
const keyOf = ({ bookingId, start, hours }: BookingReminder): string => `${bookingId} ${start} ${hours}`;

@Injectable()
export class PlanReminders implements JobHandler {
  readonly kind = planReminders;

  constructor(private readonly reminders: BookingReminders) {}

  async run({ data: { bookingId, agreedAt } }: DueJob<Agreed>): Promise<Job[]> {
    const ahead = await this.reminders.ahead(bookingId, agreedAt);
    return ahead.map(remindOf);
  }
}

@Injectable()
export class Remind implements JobHandler {
  readonly kind = remind;

  constructor(private readonly reminders: BookingReminders) {}

  async run({ data, now }: DueJob<BookingReminder>): Promise<Job[]> {
    const isToBeSent = await this.reminders.isToBeSent(data, now);
    return isToBeSent ? [sendReminder.job(data, { until: data.start, key: keyOf(data) })] : [];
  }
}
