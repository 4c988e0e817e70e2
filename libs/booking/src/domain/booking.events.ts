import { type EventCatalog, type Fee, type Instant, type Message, type Money, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const BOOKING = 'booking';

interface Subject {
  readonly bookingId: Uuid;
  readonly businessId: Uuid;
  readonly customerId: Uuid;
}

/** Where and when a booking takes place, and the hold that reserves that time on the resources' calendars. */
export interface Place {
  readonly holdId: Uuid;
  readonly resourceIds: readonly Uuid[];
  readonly start: Instant;
  readonly end: Instant;
}

/** What cancelling or moving costs: a copy of the policy at the time of booking. */
export interface CancellationTerms {
  /** Up to this many hours before the start a customer may cancel, or move, free of charge. */
  readonly freeUntilHours: number;
  readonly lateFee: Fee | null;
  readonly noShowFee: Fee | null;
}

export type BookingEvent =
  | Message<
      'BookingRequested',
      Subject &
        Place & {
          serviceId: Uuid;
          serviceName: string;
          price: Money;
          partySize: number;
          /** The customer's user, if there is one. That user owns the booking. */
          userId: Uuid | null;
          note: string | null;
          terms: CancellationTerms | null;
          /** `confirmed` at once if the business does not want to approve bookings. */
          status: 'pending' | 'confirmed';
          /** When a pending booking expires. */
          expiresAt: Instant | null;
        }
    >
  | Message<'BookingConfirmed', Subject>
  | Message<'BookingDeclined', Subject & Place & { reason: string | null }>
  | Message<'BookingExpired', Subject & Place>
  | Message<'BookingRescheduled', Subject & Place & { previous: Place }>
  | Message<
      'BookingCancelled',
      Subject & Place & { by: 'customer' | 'business'; reason: string | null; fee: Money | null }
    >
  | Message<'BookingCancellationUndone', Subject & Place & { status: 'pending' | 'confirmed' }>
  | Message<'BookingDetailsChanged', Subject & { note: string | null }>
  | Message<'BookingCheckedIn', Subject>
  | Message<'BookingCompleted', Subject & { serviceId: Uuid; start: Instant; price: Money }>
  | Message<'BookingMarkedNoShow', Subject & { start: Instant; fee: Money | null }>
  /** The request failed before the booking was made. This booking can no longer be made. */
  | Message<'BookingAbandoned', Pick<Subject, 'bookingId' | 'businessId'> & { holdId: Uuid }>
  /** A change failed half-way. The booking will never use the hold that the change had reserved. */
  | Message<'BookingHoldForfeited', Subject & { holdId: Uuid }>;

const byCustomer = <Field extends string>(field: Field) =>
  ({ version: 1, pii: { of: 'customer', subject: 'customerId', fields: [field] } }) as const;

export const bookingEvents: EventCatalog<BookingEvent> = {
  BookingRequested: byCustomer('note'),
  BookingConfirmed: plain,
  BookingDeclined: byCustomer('reason'),
  BookingExpired: plain,
  BookingRescheduled: plain,
  BookingCancelled: byCustomer('reason'),
  BookingCancellationUndone: plain,
  BookingDetailsChanged: byCustomer('note'),
  BookingCheckedIn: plain,
  BookingCompleted: plain,
  BookingMarkedNoShow: plain,
  BookingAbandoned: plain,
  BookingHoldForfeited: plain,
};
