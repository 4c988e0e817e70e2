import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import type { BusinessRow } from '@projections/business';
import {
  holidayList,
  isSubscriptionOver,
  type KnownBusiness,
  openingHours,
  SLOT_ALIGNMENTS,
  type SlotAlignment,
  SUBSCRIPTION_STATES,
  type Subscription,
  type SubscriptionState,
} from '@yoyaku/business';
import type { BusinessSettings, OpeningHours } from '@yoyaku/business/events';
import {
  DomainError,
  type Fee,
  type Instant,
  type LocalDate,
  type LocalTime,
  now,
  type Uuid,
  type Weekday,
} from '@yoyaku/kernel';
import { AffectedView, PageOf, type Shown, VersionedView, versionOf } from '../conventions';
import { STATUSES } from './business.dto';
import { FeeView } from './fee.views';

class OpeningHoursView {
  @ApiProperty({ type: 'integer', description: '1 is Monday' })
  day: Weekday;

  @ApiProperty({ type: String, example: '09:00' })
  opens: LocalTime;

  @ApiProperty({ type: String, example: '18:00', description: '`24:00` closes at midnight' })
  closes: LocalTime;
}

class HolidayView {
  @ApiProperty({ type: String, format: 'date', example: '2027-01-01' })
  date: LocalDate;

  @ApiProperty({ example: 'New Year' })
  name: string;
}

export class HolidaysView {
  @ApiProperty({ type: [HolidayView] })
  holidays: readonly HolidayView[];
}

export class HoursView {
  @ApiProperty({ example: 'Asia/Tokyo' })
  timeZone: string;

  @ApiProperty({ type: [OpeningHoursView], nullable: true, description: 'Null until they are set' })
  hours: readonly OpeningHoursView[] | null;
}

/** With the bookings that they leave out. */
export class ChangedOpeningView extends IntersectionType(HoursView, AffectedView) {}
export class ChangedHolidaysView extends IntersectionType(HolidaysView, AffectedView) {}

export class SettingsView implements BusinessSettings {
  @ApiProperty({ type: 'integer', example: 15, description: 'Bookings start on this grid' })
  slotIntervalMinutes: number;

  @ApiProperty({
    enum: SLOT_ALIGNMENTS,
    description: 'Whether the grid counts from each span of the hours, or from midnight',
  })
  slotAlignment: SlotAlignment;

  @ApiProperty({ type: 'integer', example: 60, description: 'How long before its start a booking must be made' })
  minNoticeMinutes: number;

  @ApiProperty({ type: 'integer', example: 60, description: 'How many days ahead bookings are taken' })
  bookingWindowDays: number;

  @ApiProperty({ description: 'Bookings are confirmed at once' })
  autoConfirm: boolean;

  @ApiProperty({ type: 'integer', description: 'How long a slot is held for somebody who is still deciding' })
  holdMinutes: number;

  @ApiProperty({ type: 'integer', description: 'After this a pending booking expires' })
  pendingExpiryMinutes: number;

  @ApiProperty({ type: 'integer', description: 'How long before its start a customer can check in' })
  checkInFromMinutes: number;

  @ApiProperty({ type: 'integer', description: 'How long after its start a customer has not come' })
  noShowAfterMinutes: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'So many minutes after its end the clock completes a booking; null: people do that',
  })
  autoComplete: number | null;

  @ApiProperty({ type: 'integer', isArray: true, example: [24, 2], description: 'Hours before the start' })
  reminderHours: readonly number[];

  @ApiProperty({ type: FeeView, nullable: true })
  depositRule: Fee | null;

  @ApiProperty({ type: FeeView, nullable: true })
  noShowFee: Fee | null;
}

export class CoordinatesView {
  @ApiProperty({ type: Number, example: 35.6717, description: 'In degrees, north positive' })
  latitude: number;

  @ApiProperty({ type: Number, example: 139.765, description: 'In degrees, east positive' })
  longitude: number;
}

/** Its revision is that of the business. */
export class LocationView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ example: 'Ginza' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  address: string | null;

  @ApiProperty({ type: String, nullable: true })
  phone: string | null;

  @ApiProperty({ type: CoordinatesView, nullable: true })
  coordinates: CoordinatesView | null;

  @ApiProperty({ type: String, nullable: true, description: 'As the business when null' })
  timeZone: string | null;

  @ApiProperty({ type: [OpeningHoursView], nullable: true, description: 'As the business when null' })
  hours: readonly OpeningHoursView[] | null;
}

/** With the bookings that its hours leave out. */
export class ChangedLocationView extends IntersectionType(LocationView, AffectedView) {}

export class LocationList {
  @ApiProperty({ type: [LocationView] })
  items: LocationView[];
}

export class BusinessView extends VersionedView {
  @ApiProperty()
  name: string;

  @ApiProperty()
  slug: string;

  @ApiProperty({ enum: STATUSES })
  status: string;

  @ApiProperty({ example: 'Asia/Tokyo' })
  timeZone: string;

  @ApiProperty({ example: 'JPY' })
  currency: string;

  @ApiProperty()
  locale: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  verticalId: Uuid | null;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;
}

export class SubscriptionView implements Subscription {
  @ApiProperty({ enum: SUBSCRIPTION_STATES, description: 'With an expired one a business takes nothing new' })
  state: SubscriptionState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: it does not expire by itself' })
  endsAt: Instant | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  cancelledAt: Instant | null;
}

export class OwnBusinessView extends BusinessView {
  @ApiProperty({ type: String, format: 'uuid' })
  ownerId: Uuid;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was rejected or suspended' })
  reason: string | null;

  @ApiProperty({ type: SettingsView })
  settings: BusinessSettings;

  @ApiProperty({ type: [OpeningHoursView], nullable: true, description: 'Null until they are set' })
  hours: readonly OpeningHoursView[] | null;

  @ApiProperty({ type: [HolidayView] })
  holidays: readonly HolidayView[];

  @ApiProperty({ type: SubscriptionView })
  subscription: Subscription;
}

/** A business beside what names it. */
export class BusinessSummary extends PickType(BusinessView, ['id', 'name', 'slug', 'timeZone', 'currency']) {}

export class BusinessPage extends PageOf(BusinessView) {}
export class OwnBusinessPage extends PageOf(OwnBusinessView) {}

/** Throws `business.not_found` where there is none. */
export function found(business: BusinessRow | undefined): BusinessRow {
  if (!business) throw new DomainError('business.not_found');
  return business;
}

/** What everybody may know. */
export const publicView = ({
  id,
  name,
  slug,
  status,
  timeZone,
  currency,
  locale,
  verticalId,
  description,
  revision,
  createdAt,
  updatedAt,
}: BusinessRow): BusinessView => ({
  id,
  name,
  slug,
  status,
  timeZone,
  currency,
  locale,
  verticalId,
  description,
  revision,
  createdAt,
  updatedAt,
});

export const businessSummary = ({ id, name, slug, timeZone, currency }: BusinessRow): BusinessSummary => ({
  id,
  name,
  slug,
  timeZone,
  currency,
});

/** What its people see right after a command: the same as queries show. */
export const ownView = (outcome: Shown<KnownBusiness>): OwnBusinessView => {
  const { businessId: _, hours, holidays, locations: __, roles: ___, formerRoles: ____, ...business } = outcome.known;
  return {
    ...business,
    ...versionOf(outcome),
    hours: openingHours(hours),
    holidays: holidayList(holidays),
  };
};

/** What its people see. */
export const ownRowView = (row: BusinessRow): OwnBusinessView => {
  const { subscriptionState: _, subscriptionEndsAt: __, subscriptionCancelledAt: ___, ...business } = row;
  return { ...business, hours: inOrder(row.hours), subscription: subscriptionIn(row) };
};

export const subscriptionIn = (row: BusinessRow): SubscriptionView =>
  subscriptionView({
    state: row.subscriptionState as SubscriptionState,
    endsAt: row.subscriptionEndsAt,
    cancelledAt: row.subscriptionCancelledAt,
  });

/** One that is over is shown as expired, also where nothing has recorded its end yet. */
export const subscriptionView = (subscription: Subscription): SubscriptionView =>
  isSubscriptionOver(subscription, now()) ? { ...subscription, state: 'expired' } : subscription;

/** In the order of the week, as the business itself knows them. */
export const inOrder = (hours: readonly OpeningHours[] | null): OpeningHours[] | null =>
  hours?.toSorted((a, b) => a.day - b.day || (a.opens < b.opens ? -1 : 1)) ?? null;

/** A location right after a command on its business. */
export function locationView({ known, revision }: Shown<KnownBusiness>, locationId: Uuid): LocationView {
  const { status: _, locationId: id, ...location } = known.locations[locationId] as KnownBusiness['locations'][Uuid];
  return { ...location, id, businessId: known.businessId, revision };
}
