import {
  type EventCatalog,
  type Instant,
  type LocalDate,
  type Message,
  type Money,
  plain,
  type Uuid,
} from '@yoyaku/kernel';
import type { BookingTerms, PendingFor, Place, Reservation } from './booking.events';

/** The category of the streams: one for each service. */
export const WAITLIST = 'waitlist';

/** What somebody waits for. */
export interface WaitlistWish {
  /** Dates of the place, both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly partySize: number;
  /** Only with these, where the service needs such; empty: with any. */
  readonly resourceIds: readonly Uuid[];
  /** `null`: at any location. */
  readonly locationId: Uuid | null;
}

interface Subject {
  readonly entryId: Uuid;
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  readonly customerId: Uuid;
}

/** A time that is held for somebody who waits: all that their booking will be. */
export interface HeldOffer extends Place {
  readonly serviceName: string;
  /** For the whole party. */
  readonly price: Money;
  readonly terms: BookingTerms;
  /** For what the booking will wait at first. */
  readonly pendingFor: readonly PendingFor[];
  readonly expiresAt: Instant;
}

/** Why somebody waits no more: they or the business's people said so, they were erased, there is nothing to wait for. */
export const LEAVE_REASONS = ['customer', 'business', 'erased', 'service_withdrawn', 'dates_passed'] as const;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

export type WaitlistEvent =
  /** `endsAt`: when the last of the dates is over everywhere. */
  | Message<'WaitlistJoined', Subject & WaitlistWish & { userId: Uuid | null; endsAt: Instant }>
  /** The hold is on the calendars already, for the booking that has the entry's id. */
  | Message<'WaitlistSlotOffered', Subject & HeldOffer & { userId: Uuid | null; partySize: number }>
  | Message<'WaitlistOfferAccepted', Subject & Reservation>
  | Message<'WaitlistOfferDeclined', Subject & Reservation>
  | Message<'WaitlistOfferLapsed', Subject & Reservation & { serviceName: string; locationId: Uuid | null }>
  /** `offer`: what was held for them. */
  | Message<'WaitlistLeft', Subject & { reason: LeaveReason; offer: Reservation | null }>
  /** Who held this died before the offer was made. It can no longer be made. */
  | Message<'WaitlistOfferForfeited', Omit<Subject, 'customerId'> & { holdId: Uuid }>;

export const waitlistEvents: EventCatalog<WaitlistEvent> = {
  WaitlistJoined: plain,
  WaitlistSlotOffered: plain,
  WaitlistOfferAccepted: plain,
  WaitlistOfferDeclined: plain,
  WaitlistOfferLapsed: plain,
  WaitlistLeft: plain,
  WaitlistOfferForfeited: plain,
};
