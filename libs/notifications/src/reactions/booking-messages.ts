import { Injectable } from '@nestjs/common';
import { isCancelledWithSeries, isMovedWithSeries, isRequestedWithSeries, type MadeBooking } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import type { RecordedEvent } from '@yoyaku/eventing';
import type { OfType, Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { BookingsToTell } from '../application/booking-facts';
import { PeopleOfBookings } from '../application/people-of-bookings';
import type { BookingKind } from '../domain/notice';

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

/** People are told what becomes of their bookings; of those of a series that share it, by another message. */
export const bookingMessages = defineReaction<BookingEvent>({
  name: 'booking-messages',
  version: 3,
  from: 'now',
  on: {
    BookingRequested: (event) => (isRequestedWithSeries(event) ? [] : tell(event)),
    BookingConfirmed: tell,
    BookingDeclined: tell,
    BookingExpired: tell,
    BookingRescheduled: (event) => (isMovedWithSeries(event) ? [] : tell(event)),
    BookingCancelled: (event) => (isCancelledWithSeries(event) ? [] : tell(event)),
    BookingCancellationUndone: tell,
  },
});

@Injectable()
export class TellOfBookings implements JobHandler<Happened> {
  readonly kind = tellOfBooking;

  constructor(
    private readonly bookings: BookingsToTell,
    private readonly people: PeopleOfBookings,
  ) {}

  async run({ data: { bookingId, revision }, context }: DueJob<Happened>): Promise<undefined> {
    // What is told of then is as it was then, whatever became of it since.
    const toTell = await this.bookings.find(bookingId, revision);
    if (!toTell) return undefined;
    const { event, booking, facts, business, staff } = toTell;
    const told = toldOf(event, booking);
    const concern = { customerId: booking.customerId, business, staff, by: event.actor.id, cause: event.id };
    if (told.customer) await this.people.tellCustomer({ kind: told.customer, facts }, concern, context);
    if (told.business) await this.people.tellBusiness({ kind: told.business, facts }, concern, context);
    return undefined;
  }
}

const REQUESTED: Told = { customer: 'booking_requested', business: 'booking_to_approve' };

/** What is told of each event, and of the booking as it left it. */
const TOLD: {
  readonly [K in keyof (typeof bookingMessages)['on']]: (
    event: RecordedEvent<OfType<BookingEvent, K>>,
    booking: MadeBooking,
  ) => Told;
} = {
  BookingRequested: (_, { status }) =>
    status === 'pending' ? REQUESTED : { customer: 'booking_confirmed', business: 'booking_received' },
  BookingRescheduled: ({ actor }, { status, userId }) => {
    const isByCustomer = actor.id !== null && actor.id === userId;
    if (status === 'pending') return REQUESTED;
    return { customer: 'booking_changed', business: isByCustomer ? 'booking_moved' : null };
  },
  BookingCancelled: ({ data: { by } }) => ({
    customer: 'booking_cancelled',
    business: by === 'customer' ? 'booking_withdrawn' : null,
  }),
  BookingConfirmed: () => ({ customer: 'booking_confirmed', business: null }),
  BookingCancellationUndone: (_, { status }) => ({
    customer: status === 'pending' ? 'booking_requested' : 'booking_confirmed',
    business: null,
  }),
  BookingDeclined: () => ({ customer: 'booking_declined', business: null }),
  BookingExpired: () => ({ customer: 'booking_expired', business: null }),
};

function toldOf(event: RecordedEvent<BookingEvent>, booking: MadeBooking): Told {
  const of = TOLD[event.type] as ((event: RecordedEvent<BookingEvent>, booking: MadeBooking) => Told) | undefined;
  return of?.(event, booking) ?? { customer: null, business: null };
}
