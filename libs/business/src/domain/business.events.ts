import {
  type EventCatalog,
  type Instant,
  isAfter,
  type LocalDate,
  type LocalTime,
  type Message,
  type OfType,
  plain,
  type Uuid,
  type Weekday,
} from '@yoyaku/kernel';
import { type BusinessSettings, DEFAULT_SETTINGS } from './settings';

/** The category of the streams. */
export const BUSINESS = 'business';

/** The public profile of a business. */
export interface BusinessProfile {
  readonly name: string;
  /** Its name in URLs, unique among all businesses: lower-case letters, digits and hyphens. */
  readonly slug: string;
  /** IANA zone of its wall times. */
  readonly timeZone: string;
  readonly locale: string;
  readonly verticalId: Uuid | null;
  readonly description: string | null;
}

/**
 * Opening hours of a weekday; `24:00` is midnight, and what closes at its opening time or earlier closes on the next day.
 * A day may have several entries; without any it is closed.
 */
export interface OpeningHours {
  readonly day: Weekday;
  readonly opens: LocalTime;
  readonly closes: LocalTime;
}

export interface Holiday {
  readonly date: LocalDate;
  readonly name: string;
}

/** A point on the earth, in degrees (WGS 84): north and east of zero are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

export interface LocationDetails {
  readonly name: string;
  readonly address: string | null;
  readonly phone: string | null;
  /** `null`: not known, so that it is not found by who searches near a place. */
  readonly coordinates: Coordinates | null;
  /** `null`: the same as the business. */
  readonly timeZone: string | null;
  /** `null`: the same as the business. */
  readonly hours: readonly OpeningHours[] | null;
}

type Of<Data extends object = object> = { readonly businessId: Uuid } & Data;

export type BusinessEvent =
  | Message<
      'BusinessCreated',
      Of<BusinessProfile> & {
        ownerId: Uuid;
        /** It never changes, because every price of the business is in it. */
        currency: string;
        settings: BusinessSettings;
        /** `null`: it is on no trial, and may be used until somebody says otherwise. */
        trialEndsAt: Instant | null;
      }
    >
  /** Its slug was reserved, but its creation never finished and another business took the slug. */
  | Message<'BusinessCreationAbandoned', Of>
  | Message<'BusinessProfileChanged', Of<BusinessProfile>>
  | Message<'BusinessSettingsChanged', Of<{ settings: BusinessSettings }>>
  | Message<'BusinessHoursSet', Of<{ hours: readonly OpeningHours[] }>>
  | Message<'BusinessHolidaysSet', Of<{ holidays: readonly Holiday[] }>>
  | Message<'BusinessApproved', Of>
  | Message<'BusinessRejected', Of<{ reason: string }>>
  | Message<'BusinessResubmitted', Of>
  | Message<'BusinessSuspended', Of<{ reason: string }>>
  | Message<'BusinessReinstated', Of>
  | Message<'BusinessClosed', Of>
  /** The platform's people have said how it stands, whatever was before: a cancellation is no more. */
  | Message<'SubscriptionChanged', Of<{ state: PaidState; endsAt: Instant | null }>>
  /** By its owner: it is not renewed. */
  | Message<'SubscriptionCancelled', Of>
  | Message<'SubscriptionExpired', Of>
  | Message<'RoleSet', Of<{ role: string; permissions: readonly string[] }>>
  | Message<'RoleRemoved', Of<{ role: string }>>
  | Message<'LocationAdded', Of<LocationDetails> & { locationId: Uuid }>
  | Message<'LocationChanged', Of<LocationDetails> & { locationId: Uuid }>
  | Message<'LocationClosed', Of<{ locationId: Uuid }>>;

/** What lists a business, so that everybody sees it, and what takes it from the list. */
export type ListingEvent = OfType<
  BusinessEvent,
  'BusinessApproved' | 'BusinessReinstated' | 'BusinessSuspended' | 'BusinessClosed'
>;

/** When a subscription ended whose end was recorded at that moment: when it was agreed, unless it was ended before. */
export const endOf = (agreed: Instant | null, recordedAt: Instant): Instant =>
  agreed !== null && isAfter(recordedAt, agreed) ? agreed : recordedAt;

/** States of a subscription in which a business is used in full. */
export const PAID_STATES = ['trial', 'active', 'past_due'] as const;
export type PaidState = (typeof PAID_STATES)[number];

/** Settings that the build which wrote the event did not know are as in a new business. */
const withEverySetting = (data: Readonly<Record<string, unknown>>) => ({
  ...data,
  settings: { ...DEFAULT_SETTINGS, ...(data.settings as Partial<BusinessSettings>) },
});

/**
 * Builds before subscriptions wrote an end of the trial, but nothing ever came of it: their businesses go on as they are,
 * until the platform's people say otherwise.
 */
const withoutTrial = (data: Readonly<Record<string, unknown>>) => ({ ...data, trialEndsAt: null });

/**
 * Version 2: when customers are checked in, and from when on they have not come. Version 3: from where the grid counts.
 * Version 4: whether the clock completes bookings.
 */
const ofSettings = {
  version: 4,
  upcasts: { 1: withEverySetting, 2: withEverySetting, 3: withEverySetting },
} as const;

/** Version 2: where on the earth a location is. */
const located = {
  version: 2,
  upcasts: { 1: (data: Readonly<Record<string, unknown>>) => ({ ...data, coordinates: null }) },
} as const;

export const businessEvents: EventCatalog<BusinessEvent> = {
  BusinessCreated: { version: 5, upcasts: { ...ofSettings.upcasts, 4: withoutTrial } },
  BusinessCreationAbandoned: plain,
  BusinessProfileChanged: plain,
  BusinessSettingsChanged: ofSettings,
  BusinessHoursSet: plain,
  BusinessHolidaysSet: plain,
  BusinessApproved: plain,
  BusinessRejected: plain,
  BusinessResubmitted: plain,
  BusinessSuspended: plain,
  BusinessReinstated: plain,
  BusinessClosed: plain,
  SubscriptionChanged: plain,
  SubscriptionCancelled: plain,
  SubscriptionExpired: plain,
  RoleSet: plain,
  RoleRemoved: plain,
  LocationAdded: located,
  LocationChanged: located,
  LocationClosed: plain,
};
