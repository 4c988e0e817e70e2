import { Injectable } from '@nestjs/common';
import { BookingQueries } from '@projections/booking';
import { planRemindersAgain, REMINDED_AHEAD, type RemindersChanged, replanReminders } from '@yoyaku/booking';
import { plusMs } from '@yoyaku/kernel';
import type { DueJob, Job, JobHandler } from '@yoyaku/reacting';

/** Plans the reminders of a business's bookings anew when it has changed how long before it wants them sent. */
@Injectable()
export class ReminderReplanner implements JobHandler<RemindersChanged> {
  readonly kind = replanReminders;

  constructor(private readonly bookings: BookingQueries) {}

  async run({ data: { businessId, changedAt }, now }: DueJob<RemindersChanged>): Promise<Job[]> {
    const ahead = await this.bookings.confirmedBetween(businessId, now, plusMs(now, REMINDED_AHEAD));
    return ahead.flatMap((bookingId) => planRemindersAgain(bookingId, changedAt));
  }
}
