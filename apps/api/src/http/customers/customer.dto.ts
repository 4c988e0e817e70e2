import { applyDecorators } from '@nestjs/common';
import { ApiProperty, PartialType } from '@nestjs/swagger';
import { CHANNELS, STANDINGS } from '@yoyaku/customers';
import type { Channel, Standing } from '@yoyaku/customers/events';
import type { LocalDate, Money, Uuid } from '@yoyaku/kernel';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import {
  DateOnly,
  Email,
  Id,
  ListQuery,
  Locale,
  MoneyView,
  OneOf,
  Optional,
  PageOf,
  Sort,
  Text,
  Texts,
  VersionedView,
} from '../conventions';

const Channels = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      required: false,
      isArray: true,
      enum: CHANNELS,
      description: 'By what the customer may be written to',
    }),
    Optional(),
    IsArray(),
    ArrayMaxSize(CHANNELS.length),
    ArrayUnique(),
    IsIn(CHANNELS, { each: true }),
  );

/** What customers may change themselves. */
class ProfileFields {
  @Text({ max: 120, example: 'Hanako Yamada' })
  name: string;

  @Email({ optional: true, nullable: true })
  email?: string | null;

  @Text({ optional: true, nullable: true, max: 32, pattern: /^\+?\d[\d ()./-]{3,}$/, example: '+81312345678' })
  phone?: string | null;

  @DateOnly({ optional: true, nullable: true, example: '1990-01-02' })
  birthday?: LocalDate | null;

  @Locale({ optional: true, nullable: true, description: 'Language of messages to the customer' })
  locale?: string | null;

  @Channels()
  consents?: Channel[];
}

class CustomerFields extends ProfileFields {
  @OneOf(STANDINGS, { optional: true, default: 'customer', description: '`blocked` customers can’t book' })
  status?: Standing;

  @Texts({ optional: true, max: 50, length: 60 })
  tags?: string[];

  @Id({ optional: true, nullable: true, description: 'Who of the business’s people looks after the customer' })
  assignedTo?: Uuid | null;
}

export class CreateCustomerBody extends CustomerFields {
  @Id()
  businessId: Uuid;
}

export class ChangeCustomerBody extends PartialType(CustomerFields, { skipNullProperties: false }) {
  @Text({ optional: true, multiline: true, max: 500, description: 'Goes with the status `blocked`' })
  blockReason?: string;
}

/** Fields that are the business's own affair. */
export const BUSINESS_FIELDS = ['status', 'tags', 'assignedTo', 'blockReason'] as const;

export class LinkUserBody {
  @Id({ description: 'The user that the customer is' })
  userId: Uuid;
}

export class CustomersQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @OneOf([...STANDINGS, 'erased'] as const, { optional: true, description: 'All but the erased when absent' })
  status?: Standing | 'erased';

  @Text({ optional: true, max: 60 })
  tag?: string;

  @Id({ optional: true, description: 'Who looks after them' })
  assignedTo?: Uuid;

  @Text({ optional: true, max: 100, description: 'Part of the name, e-mail or phone' })
  q?: string;

  @Sort('-createdAt', 'bookings', 'noShows', 'spent')
  sort?: string;
}

export class OwnProfileView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user that the customer is' })
  userId: Uuid | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null once erased' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true })
  email: string | null;

  @ApiProperty({ type: String, nullable: true })
  phone: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  birthday: LocalDate | null;

  @ApiProperty({ type: String, nullable: true })
  locale: string | null;

  @ApiProperty({ isArray: true, enum: CHANNELS })
  consents: readonly Channel[];
}

export class RecordedCustomerView extends OwnProfileView {
  @ApiProperty({ enum: [...STANDINGS, 'erased'] })
  status: string;

  @ApiProperty({ type: String, nullable: true })
  blockReason: string | null;

  @ApiProperty({ type: [String] })
  tags: readonly string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  assignedTo: Uuid | null;
}

/** With what the bookings came to, as far as read models know; that alone changes no revision. */
export class CustomerView extends RecordedCustomerView {
  @ApiProperty({ description: 'Ever asked for' })
  bookings: number;

  @ApiProperty()
  completed: number;

  @ApiProperty()
  cancelled: number;

  @ApiProperty()
  noShows: number;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'For completed visits; null before the first' })
  spent: Money | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastVisitAt: string | null;
}

export class CustomerBookingsQuery extends ListQuery {
  @Sort('-startsAt', 'createdAt')
  sort?: string;
}

export class TimelineQuery extends ListQuery {
  @Sort('-position')
  sort?: string;
}

class TimelineEntryView {
  @ApiProperty({ type: String, format: 'uuid', description: 'The event’s' })
  id: Uuid;

  @ApiProperty({ description: 'In the store; later is more' })
  position: number;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ example: 'BookingRequested', description: 'The event’s type' })
  type: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the event says, without personal data',
  })
  detail: Readonly<Record<string, unknown>>;
}

export class TimelinePage extends PageOf(TimelineEntryView) {}

export class CustomerPage extends PageOf(CustomerView) {}
