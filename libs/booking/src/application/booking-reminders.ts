import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import { AggregateStore } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { isReminded, isToBeSent, type Reminder, remindersOf } from '../domain/reminders';

export interface BookingReminder extends Reminder {
  readonly bookingId: Uuid;
}

/** Tells, at any moment, what a booking's customer is to be reminded of. */
@Injectable()
export class BookingReminders {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
  ) {}

  /** Those that lie ahead of the booking, which was agreed on, approved or moved at that moment. */
  async ahead(bookingId: Uuid, agreedAt: Instant): Promise<BookingReminder[]> {
    const { state } = await this.aggregates.load(Booking, bookingId, 'requireLoad');
    if (!isReminded(state)) return [];
    const hours = await this.hoursOf(state.businessId);
    return remindersOf(state, hours, agreedAt).map((reminder) => ({ bookingId, ...reminder }));
  }

  /** Also for who tries for long to send it. */
  async isToBeSent(reminder: BookingReminder, now: Instant): Promise<boolean> {
    const { state } = await this.aggregates.load(Booking, reminder.bookingId, 'requireLoad');
    return isReminded(state) && isToBeSent(state, reminder, await this.hoursOf(state.businessId), now);
  }

  private async hoursOf(businessId: Uuid): Promise<readonly number[]> {
    const business = await this.businesses.business(businessId);
    return 'settings' in business ? business.settings.reminderHours : [];
  }
}
