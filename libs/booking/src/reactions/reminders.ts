import { Injectable } from '@nestjs/common';
import { DAY, type Instant, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { type BookingReminder, BookingReminders } from '../application/booking-reminders';
import type { BookingEvent } from '../domain/booking.events';
import { dueAt } from '../domain/reminders';

/** The earliest that a business may want to remind somebody, before the start. */
const EARLIEST = 30 * DAY;

interface Agreed {
  readonly bookingId: Uuid;
  readonly agreedAt: Instant;
}

const planReminders = defineJob<Agreed>('plan-reminders');
const remind = defineJob<BookingReminder>('remind');

/** A reminder that is to reach the booking's customer now. Who sends it is not known here. */
export const sendReminder = defineJob<BookingReminder>('send-reminder');

/** For a booking that was agreed on. Until shortly before the first reminder, its business may change what it wants. */
const plan = (bookingId: Uuid, agreedAt: Instant, start?: Instant): Job[] => {
  const at = start && plusMs(start, -EARLIEST);
  return [planReminders.job({ bookingId, agreedAt }, { at: at && at > agreedAt ? at : undefined, until: start })];
};

/** Customers are reminded of their bookings, so many hours before the start as their business wants. */
export const reminders = defineReaction<BookingEvent>({
  name: 'reminders',
  version: 1,
  from: 'beginning',
  on: {
    BookingRequested: ({ data: { bookingId, start, status }, at }) =>
      status === 'confirmed' ? plan(bookingId, at, start) : [],
    BookingConfirmed: ({ data: { bookingId }, at }) => plan(bookingId, at),
    BookingRescheduled: ({ data: { bookingId, start }, at }) => plan(bookingId, at, start),
    BookingCancellationUndone: ({ data: { bookingId, start }, at }) => plan(bookingId, at, start),
  },
});

/** One reminder for each start and number of hours, however often it is planned. */
const keyOf = ({ bookingId, start, hours }: BookingReminder): string => `${bookingId} ${start} ${hours}`;

@Injectable()
export class PlanReminders implements JobHandler {
  readonly kind = planReminders;

  constructor(private readonly reminders: BookingReminders) {}

  async run({ data: { bookingId, agreedAt } }: DueJob<Agreed>): Promise<Job[]> {
    const ahead = await this.reminders.ahead(bookingId, agreedAt);
    return ahead.map((reminder) =>
      remind.job(reminder, { at: dueAt(reminder), until: reminder.start, key: keyOf(reminder) }),
    );
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
