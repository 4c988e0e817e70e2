import {
  type Aggregate,
  areDisjointInWeek,
  byWeekday,
  DAY,
  type Decider,
  DomainError,
  ensure,
  hasAll,
  type Instant,
  isSame,
  type LocalDate,
  type Message,
  PLATFORM,
  plusMs,
  type Uuid,
  type Weekday,
  type WeeklySpans,
} from '@yoyaku/kernel';
import {
  BUSINESS,
  type BusinessEvent,
  type BusinessProfile,
  businessEvents,
  endOf,
  type Holiday,
  type LocationDetails,
  type OpeningHours,
} from './business.events';
import type { Grants, OwnRoles, RolesOfBusiness } from './permissions';
import { roleSet, rolesSet, withoutRole, withRole } from './roles';
import { type BusinessSettings, checkSettings, DEFAULT_SETTINGS } from './settings';
import {
  cancelled,
  expired,
  type Subscription,
  type SubscriptionState,
  subscribed,
  subscriptionOnCreation,
  TRIAL_DAYS,
} from './subscription';

export type BusinessCommand =
  | Message<'ChangeSettings', Partial<BusinessSettings>>
  | Message<'SetHours', { hours: readonly OpeningHours[] }>
  | Message<'SetHolidays', { holidays: readonly Holiday[] }>
  | Message<'ApproveBusiness', object>
  | Message<'RejectBusiness', { reason: string }>
  | Message<'ResubmitBusiness', object>
  | Message<'SuspendBusiness', { reason: string }>
  | Message<'ReinstateBusiness', object>
  | Message<'CloseBusiness', object>
  | Message<'AddLocation', LocationDetails & { locationId: Uuid }>
  | Message<'ChangeLocation', Partial<LocationDetails> & { locationId: Uuid }>
  | Message<'CloseLocation', { locationId: Uuid }>
  /** `endsAt`: when it expires; `null`: not by itself. */
  | Message<'SetSubscription', { state: SubscriptionState; endsAt: Instant | null }>
  | Message<'CancelSubscription', object>
  /** By the clock: does nothing where its end has not come. */
  | Message<'ExpireSubscription', object>;

/** Steps of commands in `application/`, which also see to the slug: no two businesses have the same. */
export type BusinessStep =
  | Message<
      'CreateBusiness',
      BusinessProfile & {
        businessId: Uuid;
        ownerId: Uuid;
        currency: string;
        /** How long it may be used before its subscription begins; 0: there are no trials. */
        trialDays?: number;
      }
    >
  | Message<'AbandonBusinessCreation', { businessId: Uuid }>
  | Message<'ChangeProfile', Partial<BusinessProfile>>
  /** `by`: what whoever says so may do. */
  | Message<'SetRole', { role: string; permissions: readonly string[]; by: Grants }>
  | Message<'SetRoles', { roles: OwnRoles; by: Grants }>;

export type BusinessStatus = 'pending_review' | 'approved' | 'rejected' | 'suspended' | 'closed';

export interface Location extends LocationDetails {
  readonly locationId: Uuid;
  readonly status: 'open' | 'closed';
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface KnownBusiness extends BusinessProfile, RolesOfBusiness {
  readonly status: BusinessStatus;
  readonly businessId: Uuid;
  readonly ownerId: Uuid;
  readonly currency: string;
  readonly settings: BusinessSettings;
  /** `null` until they are set for the first time. */
  readonly hours: WeeklySpans | null;
  /** Holidays: the name of each date on which the business is closed. */
  readonly holidays: Readonly<Record<LocalDate, string>>;
  readonly locations: Readonly<Record<Uuid, Location>>;
  readonly subscription: Subscription;
  readonly createdAt: Instant;
  /** Why it was rejected or suspended. */
  readonly reason: string | null;
}

export type BusinessState = { readonly status: 'none' | 'abandoned' } | KnownBusiness;

/** Slugs that would collide with the platform's own host names. */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set([
  'admin',
  'api',
  'console',
  'manager',
  'owner',
  'staff',
  'www',
]);

/** Every change of status: the statuses from which it may start, and the one to which it leads. */
export const TRANSITIONS = {
  ApproveBusiness: { from: ['pending_review', 'rejected'], to: 'approved' },
  RejectBusiness: { from: ['pending_review'], to: 'rejected' },
  ResubmitBusiness: { from: ['rejected'], to: 'pending_review' },
  SuspendBusiness: { from: ['approved'], to: 'suspended' },
  ReinstateBusiness: { from: ['suspended'], to: 'approved' },
  CloseBusiness: { from: ['pending_review', 'approved', 'rejected', 'suspended'], to: 'closed' },
} as const satisfies Partial<Record<BusinessCommand['type'], { from: readonly BusinessStatus[]; to: BusinessStatus }>>;

export const isKnownBusiness = (state: BusinessState): state is KnownBusiness => 'businessId' in state;

const decider: Decider<BusinessState, BusinessCommand | BusinessStep, BusinessEvent> = {
  initial: { status: 'none' },
  decide: {
    CreateBusiness: ({ data: { trialDays = TRIAL_DAYS, ...data }, at }, state) => {
      if (isKnownBusiness(state)) {
        const { businessId, ownerId, currency } = state;
        ensure(isSame({ ...profileOf(state), businessId, ownerId, currency }, data), 'business.id_taken');
        return [];
      }
      ensure(state.status === 'none', 'business.slug_taken', { path: 'slug' });
      ensure(!RESERVED_SLUGS.has(data.slug), 'business.slug_reserved', { path: 'slug' });
      const trialEndsAt = trialDays > 0 ? plusMs(at, trialDays * DAY) : null;
      return [{ type: 'BusinessCreated', data: { ...data, settings: DEFAULT_SETTINGS, trialEndsAt } }];
    },
    AbandonBusinessCreation: ({ data }, state) => {
      ensure(!isKnownBusiness(state), 'business.slug_taken', { path: 'slug' });
      return state.status === 'abandoned' ? [] : [{ type: 'BusinessCreationAbandoned', data }];
    },
    ChangeProfile: ({ data }, state) => {
      const business = open(state);
      const profile = { ...profileOf(business), ...data };
      ensure(!RESERVED_SLUGS.has(profile.slug), 'business.slug_reserved', { path: 'slug' });
      if (isSame(profile, profileOf(business))) return [];
      return [{ type: 'BusinessProfileChanged', data: { businessId: business.businessId, ...profile } }];
    },
    ChangeSettings: ({ data }, state) => {
      const { businessId, currency, settings: current } = open(state);
      const settings = { ...current, ...data };
      checkSettings(settings, currency);
      return isSame(settings, current) ? [] : [{ type: 'BusinessSettingsChanged', data: { businessId, settings } }];
    },
    SetHours: ({ data: { hours } }, state) => {
      const business = open(state);
      if (isSame(openingSpans(hours), business.hours)) return [];
      return [{ type: 'BusinessHoursSet', data: { businessId: business.businessId, hours } }];
    },
    SetHolidays: ({ data: { holidays } }, state) => {
      const business = open(state);
      const named = byDate(holidays);
      ensure(Object.keys(named).length === holidays.length, 'business.holiday_repeated', { path: 'holidays' });
      if (isSame(named, business.holidays)) return [];
      return [{ type: 'BusinessHolidaysSet', data: { businessId: business.businessId, holidays } }];
    },
    ApproveBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({ type: 'BusinessApproved', data: { businessId } })),
    RejectBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({
        type: 'BusinessRejected',
        data: { businessId, reason: command.data.reason },
      })),
    ResubmitBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({ type: 'BusinessResubmitted', data: { businessId } })),
    SuspendBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({
        type: 'BusinessSuspended',
        data: { businessId, reason: command.data.reason },
      })),
    ReinstateBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({ type: 'BusinessReinstated', data: { businessId } })),
    CloseBusiness: (command, state) =>
      transition(command.type, state, (businessId) => ({ type: 'BusinessClosed', data: { businessId } })),
    AddLocation: ({ data }, state) => {
      const { businessId, locations } = open(state);
      checkLocation(data);
      const existing = locations[data.locationId];
      if (existing) {
        ensure(existing.status === 'open' && hasAll(existing, data), 'location.id_taken');
        return [];
      }
      const standing = Object.values(locations).filter(({ status }) => status === 'open').length;
      ensure(standing < MOST_LOCATIONS, 'location.too_many', { limit: MOST_LOCATIONS });
      return [{ type: 'LocationAdded', data: { businessId, ...data } }];
    },
    ChangeLocation: ({ data }, state) => {
      const { businessId, locations } = open(state);
      const { status, createdAt: _, updatedAt: __, ...current } = locationOf(locations, data.locationId);
      ensure(status === 'open', 'location.not_found');
      const changed = { ...current, ...data };
      checkLocation(changed);
      return isSame(changed, current) ? [] : [{ type: 'LocationChanged', data: { businessId, ...changed } }];
    },
    CloseLocation: ({ data: { locationId } }, state) => {
      const { businessId, locations } = open(state);
      const { status } = locationOf(locations, locationId);
      return status === 'closed' ? [] : [{ type: 'LocationClosed', data: { businessId, locationId } }];
    },
    SetRole: ({ data: { role, permissions, by } }, state) => roleSet(open(state), role, permissions, by),
    SetRoles: ({ data: { roles, by } }, state) => rolesSet(open(state), roles, by),
    SetSubscription: ({ data, at }, state) => subscribed(open(state), data, at),
    CancelSubscription: (_, state) => cancelled(open(state)),
    ExpireSubscription: ({ at }, state) => expired(known(state), at),
  },
  evolve: {
    BusinessCreated: (_, { data: { trialEndsAt, ...data }, at }) => ({
      ...data,
      subscription: subscriptionOnCreation(trialEndsAt),
      createdAt: at,
      status: 'pending_review',
      hours: null,
      holidays: {},
      locations: {},
      roles: {},
      formerRoles: {},
      reason: null,
    }),
    BusinessCreationAbandoned: () => ({ status: 'abandoned' }),
    BusinessProfileChanged: (state, { data }) => changed(state, data),
    BusinessSettingsChanged: (state, { data: { settings } }) => changed(state, { settings }),
    BusinessHoursSet: (state, { data: { hours } }) => changed(state, { hours: openingSpans(hours) }),
    BusinessHolidaysSet: (state, { data: { holidays } }) => changed(state, { holidays: byDate(holidays) }),
    BusinessApproved: (state) => changed(state, { status: 'approved', reason: null }),
    BusinessRejected: (state, { data: { reason } }) => changed(state, { status: 'rejected', reason }),
    BusinessResubmitted: (state) => changed(state, { status: 'pending_review', reason: null }),
    BusinessSuspended: (state, { data: { reason } }) => changed(state, { status: 'suspended', reason }),
    BusinessReinstated: (state) => changed(state, { status: 'approved', reason: null }),
    BusinessClosed: (state) => changed(state, { status: 'closed' }),
    SubscriptionChanged: (state, { data: { state: paid, endsAt } }) =>
      changed(state, { subscription: { state: paid, endsAt, cancelledAt: null } }),
    SubscriptionCancelled: (state, { at }) => withSubscription(state, { cancelledAt: at }),
    SubscriptionExpired: (state, { at }) =>
      withSubscription(state, { state: 'expired', endsAt: endOf((state as KnownBusiness).subscription.endsAt, at) }),
    RoleSet: (state, { data: { role, permissions } }) =>
      changed(state, withRole(state as KnownBusiness, role, permissions)),
    RoleRemoved: (state, { data: { role } }) => changed(state, withoutRole(state as KnownBusiness, role)),
    LocationAdded: (state, { data: { businessId: _, ...location }, at }) =>
      withLocation(state, { ...location, status: 'open', createdAt: at, updatedAt: at }),
    LocationChanged: (state, { data: { businessId: _, ...location }, at }) =>
      withLocation(state, { ...locationIn(state, location.locationId), ...location, updatedAt: at }),
    LocationClosed: (state, { data: { locationId }, at }) =>
      withLocation(state, { ...locationIn(state, locationId), status: 'closed', updatedAt: at }),
  },
};

/** Open ones of a business: whoever books anywhere has each of them looked at. */
const MOST_LOCATIONS = 200;

export const Business: Aggregate<BusinessState, BusinessCommand | BusinessStep, BusinessEvent, KnownBusiness> = {
  category: BUSINESS,
  decider,
  events: businessEvents,
  tenantOf: (state) => (isKnownBusiness(state) ? state.businessId : PLATFORM),
  known,
};

/** Opening hours by weekday. Throws `hours.overlap` when two of them share a moment. */
export function openingSpans(hours: readonly OpeningHours[]): WeeklySpans {
  const spans = byWeekday(hours.map(({ day, opens, closes }) => ({ day, starts: opens, ends: closes })));
  ensure(areDisjointInWeek(spans), 'hours.overlap', { path: 'hours' });
  return spans;
}

/** The reverse of {@link openingSpans}. */
export const openingHours = (week: WeeklySpans | null): OpeningHours[] | null =>
  week &&
  Object.entries(week).flatMap(([day, spans]) =>
    spans.map(({ starts, ends }) => ({ day: Number(day) as Weekday, opens: starts, closes: ends })),
  );

/**
 * Throws `location.unknown` unless each is an open location of the business; `path` names the list in the request,
 * `isAsked` the ids that it is asked of.
 */
export function ensureOpenLocations(
  business: KnownBusiness,
  locationIds: readonly Uuid[],
  path: string,
  isAsked: (id: Uuid) => boolean = () => true,
): void {
  locationIds.forEach((id, i) => {
    if (isAsked(id)) ensure(business.locations[id]?.status === 'open', 'location.unknown', { path: `${path}[${i}]` });
  });
}

const profileOf = ({ name, slug, timeZone, locale, verticalId, description }: KnownBusiness): BusinessProfile => ({
  name,
  slug,
  timeZone,
  locale,
  verticalId,
  description,
});

/** A business that may still be changed. Throws `business.not_found`, `business.closed`. */
function open(state: BusinessState): KnownBusiness {
  const business = known(state);
  ensure(business.status !== 'closed', 'business.closed');
  return business;
}

function known(state: BusinessState): KnownBusiness {
  if (!isKnownBusiness(state)) throw new DomainError('business.not_found');
  return state;
}

function transition(
  command: keyof typeof TRANSITIONS,
  state: BusinessState,
  event: (businessId: Uuid) => BusinessEvent,
): readonly BusinessEvent[] {
  const { businessId, status } = known(state);
  const { from, to } = TRANSITIONS[command];
  if (status === to) return [];
  const allowed: readonly BusinessStatus[] = from;
  ensure(allowed.includes(status), 'business.invalid_transition', { currentStatus: status, to });
  return [event(businessId)];
}

const checkLocation = ({ hours }: LocationDetails): void => {
  if (hours) openingSpans(hours);
};

function locationOf(locations: KnownBusiness['locations'], locationId: Uuid): Location {
  const location = locations[locationId];
  if (!location) throw new DomainError('location.not_found');
  return location;
}

/** The reverse of `byDate`. */
export const holidayList = (holidays: KnownBusiness['holidays']): Holiday[] =>
  Object.entries(holidays).map(([date, name]) => ({ date: date as LocalDate, name }));

const byDate = (holidays: readonly Holiday[]): Record<LocalDate, string> =>
  Object.fromEntries(holidays.map(({ date, name }) => [date, name]));

const changed = (state: BusinessState, change: Partial<KnownBusiness>): BusinessState => ({
  ...(state as KnownBusiness),
  ...change,
});

const withSubscription = (state: BusinessState, change: Partial<Subscription>): BusinessState =>
  changed(state, { subscription: { ...(state as KnownBusiness).subscription, ...change } });

const locationIn = (state: BusinessState, locationId: Uuid): Location =>
  locationOf((state as KnownBusiness).locations, locationId);

const withLocation = (state: BusinessState, location: Location): BusinessState =>
  changed(state, { locations: { ...(state as KnownBusiness).locations, [location.locationId]: location } });
