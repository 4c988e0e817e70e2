import type { Instant, Money, Uuid } from '@yoyaku/kernel';

/** What a message about a booking tells, as it was when the message was asked for. */
export interface BookingFacts {
  readonly bookingId: Uuid;
  readonly businessName: string;
  readonly serviceName: string;
  /** The staff, rooms and so on that it takes up. Their names are personal, so they are looked up when it is written. */
  readonly resourceIds: readonly Uuid[];
  /** Name and address of the place, if the business has several. */
  readonly place: string | null;
  readonly start: Instant;
  readonly end: Instant;
  /** Of the place: times are told in it. */
  readonly timeZone: string;
  /** Of who reads it, as far as it is known, else the business's. */
  readonly readerTimeZone: string;
  readonly price: Money;
  readonly partySize: number;
  /** What cancelling or not coming costs the customer. */
  readonly fee: Money | null;
  /** How often it was moved, cancelled and restored: calendars take the highest as the latest. */
  readonly sequence: number;
}

/** One time of a series, as it was when the message was asked for. */
interface SeriesTime extends Pick<BookingFacts, 'bookingId' | 'start' | 'end' | 'sequence'> {}

/** What one message tells of several bookings of a series. */
export interface SeriesFacts extends Omit<BookingFacts, 'bookingId' | 'start' | 'end' | 'sequence'> {
  readonly seriesId: Uuid;
  readonly times: readonly SeriesTime[];
}

/** A time that was offered to somebody who waited for it. */
export type OfferedFacts = Pick<
  BookingFacts,
  'businessName' | 'serviceName' | 'start' | 'end' | 'timeZone' | 'readerTimeZone'
>;

interface OfferFacts extends OfferedFacts {
  /** Until then the time is held for whom it is offered to. */
  readonly heldUntil: Instant;
}

/** Of a private appointment. Its title is its owner's alone and is not kept here; messages do without it so far. */
interface AppointmentFacts {
  readonly appointmentId: Uuid;
  readonly start: Instant;
  readonly end: Instant;
  readonly timeZone: string;
}

/** The kind alone says it all. */
type Nothing = Readonly<Record<never, never>>;

interface OfBusiness {
  readonly businessName: string;
}

/** What each kind of message tells. */
export interface FactsOf {
  readonly email_verification: Nothing;
  readonly password_reset: Nothing;
  /** To a phone: whose it is may not be known. */
  readonly phone_code: Nothing;
  readonly welcome: Nothing;
  readonly booking_requested: BookingFacts;
  readonly booking_confirmed: BookingFacts;
  readonly booking_changed: BookingFacts;
  readonly booking_cancelled: BookingFacts;
  readonly booking_declined: BookingFacts;
  readonly booking_expired: BookingFacts;
  readonly booking_reminder: BookingFacts;
  /** Bookings of a series that were requested, moved or cancelled together. */
  readonly series_requested: SeriesFacts;
  readonly series_booked: SeriesFacts;
  readonly series_changed: SeriesFacts;
  readonly series_cancelled: SeriesFacts;
  readonly waitlist_offer: OfferFacts;
  readonly waitlist_lapsed: OfferedFacts;
  /** To the business's people, from here on. */
  readonly booking_received: BookingFacts;
  readonly booking_to_approve: BookingFacts;
  readonly booking_moved: BookingFacts;
  readonly booking_withdrawn: BookingFacts;
  readonly series_received: SeriesFacts;
  readonly series_to_approve: SeriesFacts;
  readonly series_moved: SeriesFacts;
  readonly series_withdrawn: SeriesFacts;
  /** So many bookings were left without what they need by one change. */
  readonly bookings_uncovered: OfBusiness & { readonly bookings: number };
  readonly business_created: OfBusiness;
  readonly business_approved: OfBusiness;
  readonly business_rejected: OfBusiness & { readonly reason: string };
  readonly service_created: OfBusiness & { readonly serviceName: string };
  /** `assignmentId`: what is to be accepted; `null` where nobody was asked, which is how builds before invitations did. */
  readonly invitation: OfBusiness & { readonly role: string; readonly assignmentId: Uuid | null };
  readonly trial_ending: OfBusiness & { readonly endsAt: Instant; readonly timeZone: string };
  readonly subscription_expired: OfBusiness;
  readonly appointment_planned: AppointmentFacts;
  readonly appointment_cancelled: AppointmentFacts;
  /** Its text is its author's own, and stands in the event beside the facts. */
  readonly announcement: Nothing;
}

export type Kind = keyof FactsOf;

/** Kinds that tell of a booking. */
export type BookingKind = { [K in Kind]: FactsOf[K] extends BookingFacts ? K : never }[Kind];

/** Kinds that tell of several bookings of a series. */
export type SeriesKind = { [K in Kind]: FactsOf[K] extends SeriesFacts ? K : never }[Kind];

/** A kind of message with what it tells. */
export type Notice = { readonly [K in Kind]: { readonly kind: K; readonly facts: FactsOf[K] } }[Kind];
