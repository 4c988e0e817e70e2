import { Injectable } from '@nestjs/common';
import type { MadeBooking } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import { BusinessFacts } from '@yoyaku/business';
import { CustomerFacts } from '@yoyaku/customers';
import type { RecordedEvent } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { BookingsToTell, type BookingToTell } from '../application/booking-facts';
import { Notifier } from '../application/notifier';
import type { BookingKind, Notice } from '../domain/notice';

/** Something that happened to a booking, by the revision of its stream. */
interface Happened {
  readonly bookingId: Uuid;
  readonly revision: number;
}

/** What its customer is told, and what the business's people; null: nothing. */
interface Told {
  readonly customer: BookingKind | null;
  readonly business: BookingKind | null;
}

const tellOfBooking = defineJob<Happened>('tell-of-booking');

const tell = ({
  data: { bookingId },
  revision,
}: RecordedEvent<BookingEvent & { data: { bookingId: Uuid } }>): Job[] => [tellOfBooking.job({ bookingId, revision })];

/** People are told what becomes of their bookings. */
export const bookingMessages = defineReaction<BookingEvent>({
  name: 'booking-messages',
  version: 1,
  from: 'now',
  on: {
    BookingRequested: tell,
    BookingConfirmed: tell,
    BookingDeclined: tell,
    BookingExpired: tell,
    BookingRescheduled: tell,
    BookingCancelled: tell,
    BookingCancellationUndone: tell,
  },
});

@Injectable()
export class TellOfBookings implements JobHandler<Happened> {
  readonly kind = tellOfBooking;

  constructor(
    private readonly bookings: BookingsToTell,
    private readonly customers: CustomerFacts,
    private readonly businesses: BusinessFacts,
    private readonly notifier: Notifier,
  ) {}

  async run({ data: { bookingId, revision }, context }: DueJob<Happened>): Promise<undefined> {
    // What is told of then is as it was then, whatever became of it since.
    const toTell = await this.bookings.find(bookingId, revision);
    if (!toTell) return undefined;
    const { event, booking } = toTell;
    const { customer, business } = toldOf(event, booking);
    if (customer) await this.tellCustomer(customer, toTell, context);
    if (business) await this.tellBusiness(business, toTell, context);
    return undefined;
  }

  private async tellCustomer(
    kind: BookingKind,
    { booking: { customerId, businessId }, event, facts, business: { locale } }: BookingToTell,
    context: DueJob['context'],
  ): Promise<void> {
    const customer = await this.customers.customer(customerId);
    const userId = 'userId' in customer ? customer.userId : null;
    await this.notifier.tell({ userId, customerId, businessId, locale }, { kind, facts } as Notice, event.id, context);
  }

  /** Its owner, and the staff whom it takes up; not whoever did it, nor who has left. */
  private async tellBusiness(
    kind: BookingKind,
    { facts, business, staff, event }: BookingToTell,
    context: DueJob['context'],
  ): Promise<void> {
    const { businessId, locale, ownerId } = business;
    for (const userId of new Set([ownerId, ...staff])) {
      if (userId === event.actor.id) continue;
      if (userId !== ownerId && !(await this.businesses.standing(businessId, userId, 'requireLoad'))) continue;
      const addressee = { userId, customerId: null, businessId, locale };
      await this.notifier.tell(addressee, { kind, facts } as Notice, event.id, context);
    }
  }
}

function toldOf({ type, data, actor }: RecordedEvent<BookingEvent>, booking: MadeBooking): Told {
  const isByCustomer = actor.id !== null && actor.id === booking.userId;
  const isPending = booking.status === 'pending';
  switch (type) {
    case 'BookingRequested':
      return isPending ? REQUESTED : { customer: 'booking_confirmed', business: 'booking_received' };
    case 'BookingRescheduled':
      return isPending ? REQUESTED : { customer: 'booking_changed', business: isByCustomer ? 'booking_moved' : null };
    case 'BookingCancelled':
      return { customer: 'booking_cancelled', business: data.by === 'customer' ? 'booking_withdrawn' : null };
    case 'BookingConfirmed':
      return { customer: 'booking_confirmed', business: null };
    case 'BookingCancellationUndone':
      return { customer: isPending ? 'booking_requested' : 'booking_confirmed', business: null };
    case 'BookingDeclined':
      return { customer: 'booking_declined', business: null };
    case 'BookingExpired':
      return { customer: 'booking_expired', business: null };
    default:
      return { customer: null, business: null };
  }
}

const REQUESTED: Told = { customer: 'booking_requested', business: 'booking_to_approve' };
