import { Injectable } from '@nestjs/common';
import { type BookingReminder, sendReminder } from '@yoyaku/booking';
import { CustomerFacts } from '@yoyaku/customers';
import type { DueJob, JobHandler } from '@yoyaku/reacting';
import { BookingsToTell } from '../application/booking-facts';
import { Notifier } from '../application/notifier';

/** A reminder so shortly before the start, in hours, goes by text message to who agreed to those. */
const SHORT = 2;

/** Reminds customers of their bookings. When one is due, booking knows. */
@Injectable()
export class SendReminders implements JobHandler<BookingReminder> {
  readonly kind = sendReminder;

  constructor(
    private readonly bookings: BookingsToTell,
    private readonly customers: CustomerFacts,
    private readonly notifier: Notifier,
  ) {}

  async run({ data: { bookingId, start, hours }, context }: DueJob<BookingReminder>): Promise<undefined> {
    const told = await this.bookings.find(bookingId);
    if (!told || told.facts.start !== start) return undefined;
    const { booking, facts, business } = told;
    const customer = await this.customers.customer(booking.customerId, 'requireLoad');
    if (!('consents' in customer)) return undefined;
    const { userId, phone, consents } = customer;
    const isText = hours <= SHORT && phone !== null && consents.includes('sms');
    const addressee = {
      userId,
      customerId: booking.customerId,
      businessId: booking.businessId,
      locale: business.locale,
    };
    await this.notifier.tell(
      addressee,
      { kind: 'booking_reminder', facts },
      `${bookingId} ${start} ${hours}`,
      context,
      isText ? { email: 'sms' } : {},
    );
    return undefined;
  }
}
