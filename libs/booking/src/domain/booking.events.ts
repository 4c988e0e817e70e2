import {
  type EventCatalog,
  type Fee,
  type Instant,
  type Message,
  MINUTE,
  type Money,
  plain,
  plusMs,
  type Uuid,
} from '@yoyaku/kernel';

/** The category of the streams. */
export const BOOKING = 'booking';

interface Subject {
  readonly bookingId: Uuid;
  readonly businessId: Uuid;
  readonly customerId: Uuid;
}

/** The time of a booking, and the hold that reserves it on the resources' calendars. */
export interface Reservation {
  readonly holdId: Uuid;
  readonly resourceIds: readonly Uuid[];
  readonly start: Instant;
  readonly end: Instant;
}

/** Where and when a booking takes place. */
export interface Place extends Reservation {
  /**
   * `null`: at none of the business's locations, or at one of several that nobody chose. Events of an earlier build did
   * not say; those bookings are where their resources are.
   */
  readonly locationId: Uuid | null;
}

/** The statuses of a booking that is neither over nor given up. */
export type Standing = 'pending' | 'confirmed' | 'checked_in';

/** What cancelling or not coming costs. */
export interface CancellationTerms {
  /** Up to this many hours before the start a customer may cancel, or move, free of charge. */
  readonly freeUntilHours: number;
  readonly lateFee: Fee | null;
  readonly noShowFee: Fee | null;
}

/** What a pending booking waits for: that the business's people approve it, that its deposit is paid. */
export type PendingFor = 'approval' | 'deposit';

/** The rules that apply to a booking: a copy of policy and settings at the time of its request, or of its last move. */
export interface BookingTerms extends CancellationTerms {
  /** How long it may wait for approval. */
  readonly pendingExpiryMinutes: number;
  /** How long before its start its customer can be checked in. */
  readonly checkInFromMinutes: number;
  /** How long after its start it can be marked as a no-show. */
  readonly noShowAfterMinutes: number;
  /** How long after its end the clock completes it. Null: people do that. */
  readonly autoCompleteMinutes: number | null;
  /** What is due online before it is confirmed; null: nothing. */
  readonly depositRule: Fee | null;
  /** How long it may wait for that. */
  readonly holdMinutes: number;
  /** How many hours before the start its customer is reminded; null in events of an earlier build, which did not say. */
  readonly reminderHours: readonly number[] | null;
}

/** What became of a booking whose time has come: what people say first, or correct later. */
export const OUTCOMES = ['checked_in', 'completed', 'no_show'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** When the clock completes a booking that ends then; null: never. */
export const completionOf = ({ autoCompleteMinutes }: BookingTerms, end: Instant): Instant | null =>
  autoCompleteMinutes === null ? null : plusMs(end, autoCompleteMinutes * MINUTE);

/** What leaves a booking without what it needs, though it stays booked. */
export const ATTENTION_REASONS = [
  'service_withdrawn',
  'location_closed',
  'resource_withdrawn',
  'member_left',
  'blocked',
  'holiday',
  'place_hours',
  'exception',
  'resource_hours',
] as const;
export type AttentionReason = (typeof ATTENTION_REASONS)[number];

/** `of`: which service, location, resource, block, exception or business it is. By both, causes are told apart. */
export interface Uncovering {
  readonly reason: AttentionReason;
  readonly of: Uuid;
}

/** A rule for when bookings start, which the business's people may set aside for one booking. */
export type StartRule = 'notice' | 'window' | 'grid' | 'hours';

/** Price, terms and status as a move agreed on them again. */
interface Agreement {
  readonly price: Money;
  readonly terms: BookingTerms;
  readonly status: 'pending' | 'confirmed';
  /** Empty where it is confirmed. */
  readonly pendingFor: readonly PendingFor[];
  readonly expiresAt: Instant | null;
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
          terms: BookingTerms;
          /** `confirmed` at once if the business neither approves bookings nor asks for a deposit. */
          status: 'pending' | 'confirmed';
          /** Empty where it is confirmed. */
          pendingFor: readonly PendingFor[];
          /** When a pending booking expires. */
          expiresAt: Instant | null;
          /** The rules for its start that were set aside. */
          overridden: readonly StartRule[];
        }
    >
  /** One of the things that it waited for has come. `pendingFor`: for what it still waits, until `expiresAt`. */
  | Message<
      'BookingPartlyConfirmed',
      Subject & { settled: PendingFor; pendingFor: readonly PendingFor[]; expiresAt: Instant }
    >
  | Message<'BookingConfirmed', Subject>
  | Message<'BookingDeclined', Subject & Reservation & { reason: string | null }>
  | Message<'BookingExpired', Subject & Reservation>
  /** `agreed` is null in events of an earlier build, whose moves left all of that as it was. */
  | Message<'BookingRescheduled', Subject & Place & { previous: Place; agreed: Agreement | null }>
  | Message<
      'BookingCancelled',
      Subject & Reservation & { by: 'customer' | 'business'; reason: string | null; fee: Money | null }
    >
  /** `expiresAt`: when it lapses if it is pending again; null also in events of an earlier build, which left it as it was. */
  | Message<'BookingCancellationUndone', Subject & Reservation & { status: Standing; expiresAt: Instant | null }>
  | Message<'BookingDetailsChanged', Subject & { note: string | null }>
  | Message<'BookingCheckedIn', Subject>
  | Message<'BookingCompleted', Subject & { serviceId: Uuid; start: Instant; price: Money }>
  | Message<'BookingMarkedNoShow', Subject & { start: Instant; fee: Money | null }>
  /** What was recorded of it was wrong. `fee`: what it costs its customer now. `reason`: null once the person is erased. */
  | Message<
      'BookingOutcomeCorrected',
      Subject & {
        serviceId: Uuid;
        start: Instant;
        price: Money;
        from: Outcome;
        to: Outcome;
        reason: string | null;
        fee: Money | null;
      }
    >
  /**
   * The booking is left without what it needs. `change`: the event that the look at it followed from, or the command that
   * read an outside calendar.
   */
  | Message<'AttentionRaised', Subject & Uncovering & { change: Uuid }>
  /** That is so no more; `kept`: it is, but the business's people keep the booking as it is. */
  | Message<'AttentionCleared', Subject & Uncovering & { kept: boolean }>
  /** The request failed before the booking was made. This booking can no longer be made. */
  | Message<'BookingAbandoned', Pick<Subject, 'bookingId' | 'businessId'> & { holdId: Uuid }>
  /** A change failed half-way. The booking will never use the hold that the change had reserved. */
  | Message<'BookingHoldForfeited', Subject & { holdId: Uuid }>;

/** An event's data as an earlier build wrote it. */
type Stored = Readonly<Record<string, unknown>>;

/** As bookings were before they named their terms: judged by the settings that all businesses had then. */
const TERMS_OF_OLD = {
  freeUntilHours: 0,
  lateFee: null,
  noShowFee: null,
  pendingExpiryMinutes: 1440,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoCompleteMinutes: null,
};

/** Nobody approves what has begun, though an earlier build let bookings wait for longer. */
const expiryIn = ({ expiresAt, start }: Stored) =>
  typeof expiresAt === 'string' && Date.parse(expiresAt) > Date.parse(String(start)) ? start : expiresAt;

const withTerms = (data: Stored) => ({
  ...data,
  expiresAt: expiryIn(data),
  terms: { ...TERMS_OF_OLD, ...(data.terms as CancellationTerms | null) },
  overridden: [],
});

/** Nothing completed bookings by the clock. */
const notByTheClock = <Given extends { terms: object }>(given: Given) => ({
  ...given,
  terms: { ...given.terms, autoCompleteMinutes: null },
});

const agreedNotByTheClock = ({ agreed, ...data }: Stored) => ({
  ...data,
  agreed: agreed ? notByTheClock(agreed as { terms: object }) : null,
});

/** Bookings did not say where they are. */
const withoutLocation = (data: Stored) => ({ ...data, locationId: null });

const byCustomer = <Field extends string>(field: Field) =>
  ({ version: 1, pii: { of: 'customer', subject: 'customerId', fields: [field] } }) as const;

type Waiting = { readonly status: string; readonly terms: object };

/** Bookings waited for approval alone. */
const withoutDeposit = <Given extends Waiting>(given: Given) => ({
  ...given,
  pendingFor: given.status === 'pending' ? ['approval'] : [],
  terms: { ...given.terms, depositRule: null, holdMinutes: 15 },
});

const agreedWithoutDeposit = ({ agreed, ...data }: Stored) => ({
  ...data,
  agreed: agreed ? withoutDeposit(agreed as Waiting) : null,
});

/** They did not say when their customers are reminded either. */
export const withoutReminders = <Given extends { terms: object }>(given: Given) => ({
  ...given,
  terms: { ...given.terms, reminderHours: null },
});

const agreedWithoutReminders = ({ agreed, ...data }: Stored) => ({
  ...data,
  agreed: agreed ? withoutReminders(agreed as { terms: object }) : null,
});

export const bookingEvents: EventCatalog<BookingEvent> = {
  BookingRequested: {
    ...byCustomer('note'),
    version: 6,
    upcasts: {
      1: withTerms,
      2: (data) => notByTheClock(data as { terms: object }),
      3: withoutLocation,
      4: (data) => withoutDeposit(data as unknown as Waiting),
      5: (data) => withoutReminders(data as { terms: object }),
    },
  },
  BookingPartlyConfirmed: plain,
  BookingConfirmed: plain,
  BookingDeclined: byCustomer('reason'),
  BookingExpired: plain,
  BookingRescheduled: {
    version: 6,
    upcasts: {
      1: (data) => ({ ...data, agreed: null }),
      2: agreedNotByTheClock,
      3: ({ previous, ...data }) => ({ ...withoutLocation(data), previous: withoutLocation(previous as Stored) }),
      4: agreedWithoutDeposit,
      5: agreedWithoutReminders,
    },
  },
  BookingCancelled: byCustomer('reason'),
  BookingCancellationUndone: { version: 2, upcasts: { 1: (data) => ({ ...data, expiresAt: null }) } },
  BookingDetailsChanged: byCustomer('note'),
  BookingCheckedIn: plain,
  BookingCompleted: plain,
  BookingMarkedNoShow: plain,
  BookingOutcomeCorrected: byCustomer('reason'),
  AttentionRaised: plain,
  AttentionCleared: plain,
  BookingAbandoned: plain,
  BookingHoldForfeited: plain,
};
