import { ApiProperty, PartialType } from '@nestjs/swagger';
import {
  SETTING_BOUNDS,
  SLOT_ALIGNMENTS,
  type SlotAlignment,
  SUBSCRIPTION_STATES,
  type SubscriptionState,
} from '@yoyaku/business';
import type { BusinessSettings } from '@yoyaku/business/events';
import type { Fee, Instant, LocalDate, LocalTime, Uuid, Weekday } from '@yoyaku/kernel';
import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, Max, Min } from 'class-validator';
import {
  Currency,
  DateOnly,
  Flag,
  Fraction,
  Id,
  ListQuery,
  Locale,
  Nested,
  NestedList,
  OneOf,
  Sort,
  Sought,
  Text,
  TimeOfDay,
  Timestamp,
  TimeZone,
  Whole,
} from '../conventions';
import { FeeField } from './fee.dto';

const given = { skipNullProperties: false };

class ProfileFields {
  @Text({ max: 120, example: 'Salon Sakura' })
  name: string;

  @Text({
    min: 3,
    max: 63,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    example: 'salon-sakura',
    description: 'Unique: lower case, digits, single hyphens',
  })
  slug: string;

  @TimeZone()
  timeZone: string;

  @Locale({ optional: true, description: '`en` when absent' })
  locale?: string;

  @Id({ optional: true, nullable: true, description: 'Business category' })
  verticalId?: Uuid | null;

  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  description?: string | null;
}

export class CreateBusinessBody extends ProfileFields {
  @Currency({ description: 'Of all prices; never changes' })
  currency: string;
}

export class ChangeBusinessBody extends PartialType(ProfileFields, given) {}

class OpeningHoursBody {
  @Whole({ min: 1, max: 7, description: '1 is Monday' })
  day: Weekday;

  @TimeOfDay({ example: '09:00' })
  opens: LocalTime;

  @TimeOfDay({
    endOfDay: true,
    example: '18:00',
    description: '`24:00` closes at midnight; the opening time or an earlier one, on the next day',
  })
  closes: LocalTime;
}

export class HoursBody {
  @NestedList(() => OpeningHoursBody, {
    max: 70,
    description: 'Several a day are allowed; a day without any is closed',
  })
  hours: OpeningHoursBody[];
}

class HolidayBody {
  @DateOnly()
  date: LocalDate;

  @Text({ max: 100 })
  name: string;
}

export class HolidaysBody {
  @NestedList(() => HolidayBody, { max: 1000 })
  holidays: HolidayBody[];
}

class SettingsFields implements BusinessSettings {
  @Whole({ ...SETTING_BOUNDS.slotIntervalMinutes, description: 'Bookings start on this grid' })
  slotIntervalMinutes: number;

  @OneOf(SLOT_ALIGNMENTS, { description: 'Whether the grid counts from each span of the hours, or from midnight' })
  slotAlignment: SlotAlignment;

  @Whole({ ...SETTING_BOUNDS.minNoticeMinutes, description: 'How long before its start a booking must be made' })
  minNoticeMinutes: number;

  @Whole({ ...SETTING_BOUNDS.bookingWindowDays, description: 'How many days ahead bookings are taken' })
  bookingWindowDays: number;

  @Flag({ description: 'Confirm bookings at once' })
  autoConfirm: boolean;

  @Whole({ ...SETTING_BOUNDS.holdMinutes, description: 'How long a slot is held for somebody who is still deciding' })
  holdMinutes: number;

  @Whole({ ...SETTING_BOUNDS.pendingExpiryMinutes, description: 'After this a pending booking expires' })
  pendingExpiryMinutes: number;

  @Whole({ ...SETTING_BOUNDS.checkInFromMinutes, description: 'How long before its start a customer can check in' })
  checkInFromMinutes: number;

  @Whole({ ...SETTING_BOUNDS.noShowAfterMinutes, description: 'How long after its start a customer has not come' })
  noShowAfterMinutes: number;

  @Whole({
    ...SETTING_BOUNDS.autoComplete,
    nullable: true,
    description: 'So many minutes after its end the clock completes a booking; null: people do that',
  })
  autoComplete: number | null;

  @ApiProperty({ type: 'integer', isArray: true, example: [24, 2], description: 'Hours before the start, at most 5' })
  @IsArray()
  @ArrayMaxSize(5)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(720, { each: true })
  reminderHours: number[];

  @FeeField({ nullable: true })
  depositRule: Fee | null;

  @FeeField({ nullable: true })
  noShowFee: Fee | null;
}

export class SettingsBody extends PartialType(SettingsFields, given) {}

class CoordinatesBody {
  @Fraction({ min: -90, max: 90, example: 35.6717, description: 'In degrees, north positive' })
  latitude: number;

  @Fraction({ min: -180, max: 180, example: 139.765, description: 'In degrees, east positive' })
  longitude: number;
}

class LocationFields {
  @Text({ max: 120, example: 'Ginza' })
  name: string;

  @Text({ optional: true, nullable: true, multiline: true, max: 300 })
  address?: string | null;

  @Text({ optional: true, nullable: true, max: 32 })
  phone?: string | null;

  @Nested(() => CoordinatesBody, {
    optional: true,
    nullable: true,
    description: 'Where it is on the map (WGS 84); without them a search near a place does not find it',
  })
  coordinates?: CoordinatesBody | null;

  @TimeZone({ optional: true, nullable: true, description: 'As the business when null' })
  timeZone?: string | null;

  @NestedList(() => OpeningHoursBody, {
    optional: true,
    nullable: true,
    max: 70,
    description: 'As the business when null',
  })
  hours?: OpeningHoursBody[] | null;
}

export class AddLocationBody extends LocationFields {}

export class ChangeLocationBody extends PartialType(LocationFields, given) {}

export class ReviewReasonBody {
  @Text({ multiline: true, max: 500, description: 'Told to the owner' })
  reason: string;
}

export class SubscriptionBody {
  @OneOf(SUBSCRIPTION_STATES)
  state: SubscriptionState;

  @Timestamp({
    optional: true,
    nullable: true,
    description: 'When it expires by itself; never, when absent. A trial has an end',
  })
  endsAt?: Instant | null;
}

export const STATUSES = ['pending_review', 'approved', 'rejected', 'suspended', 'closed'] as const;

export class BusinessesQuery extends ListQuery {
  @Id({ optional: true })
  verticalId?: Uuid;

  @Sought('Part of the name')
  q?: string;

  @Sort('-createdAt', 'name')
  sort?: string;
}

export class AllBusinessesQuery extends BusinessesQuery {
  @OneOf(STATUSES, { optional: true })
  status?: string;

  @Id({ optional: true })
  ownerId?: Uuid;
}
