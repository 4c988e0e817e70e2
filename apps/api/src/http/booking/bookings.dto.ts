import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { BookingStatus } from '@yoyaku/booking';
import type { Instant, Uuid } from '@yoyaku/kernel';
import {
  Flag,
  Id,
  Ids,
  ListQuery,
  MoneyBody,
  OneOf,
  Sort,
  Text,
  Timestamp,
  VersionedView,
  Whole,
} from '../conventions';

const STATUSES = [
  'pending',
  'confirmed',
  'checked_in',
  'completed',
  'cancelled',
  'declined',
  'no_show',
  'expired',
] as const satisfies readonly BookingStatus[];

/** A booking with a business, or (title, start and end alone) a private appointment on one's own calendar. */
export class BookBody {
  @Id({ optional: true, description: 'Required, unless it is a private appointment' })
  businessId?: Uuid;

  @Id({ optional: true, description: 'Required, unless it is a private appointment' })
  serviceId?: Uuid;

  @Timestamp()
  start: Instant;

  @Ids({ optional: true, max: 100, description: 'One of these, for each requirement that names one; any when absent' })
  resourceIds?: Uuid[];

  @Whole({ optional: true, min: 1, max: 1000, default: 1 })
  partySize?: number;

  @Id({ optional: true, description: 'For whom the business’s people book; oneself when absent' })
  customerId?: Uuid;

  @Text({ optional: true, multiline: true, max: 2000 })
  note?: string;

  @Text({ optional: true, max: 200, description: 'Of a private appointment' })
  title?: string;

  @Timestamp({ optional: true, description: 'Of a private appointment; a booking lasts as long as its service' })
  end?: Instant;
}

/** Only the given fields change: the note of a booking, or title and times of a private appointment. */
export class ChangeBookingBody {
  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  note?: string | null;

  @Text({ optional: true, max: 200 })
  title?: string;

  @Timestamp({ optional: true })
  start?: Instant;

  @Timestamp({ optional: true })
  end?: Instant;
}

export class RescheduleBody {
  @Timestamp()
  start: Instant;

  @Ids({ optional: true, max: 100, description: 'Others than before; the same when absent' })
  resourceIds?: Uuid[];
}

export class ReasonBody {
  @Text({ optional: true, multiline: true, max: 500 })
  reason?: string;
}

export class BookingsQuery extends ListQuery {
  @Id({ optional: true, description: 'All of this business’s, to its people; one’s own there, to others' })
  businessId?: Uuid;

  @OneOf(STATUSES, { optional: true })
  status?: string;

  @Timestamp({ optional: true, description: 'Starts at this moment or later' })
  from?: Instant;

  @Timestamp({ optional: true, description: 'Starts before this moment' })
  to?: Instant;

  @Id({ optional: true })
  resourceId?: Uuid;

  @Id({ optional: true })
  serviceId?: Uuid;

  @Id({ optional: true })
  customerId?: Uuid;

  @Flag({ optional: true, description: 'Only one’s own' })
  mine?: boolean;

  @Sort('-startsAt', 'createdAt')
  sort?: string;
}

/** The revision of a private appointment is that of its user's agenda. */
export class BookingView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: a private appointment' })
  businessId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  serviceId: string | null;

  @ApiProperty({ type: String, nullable: true })
  serviceName: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a private appointment' })
  title: string | null;

  @ApiProperty({ type: [String], format: 'uuid' })
  resourceIds: readonly string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  customerId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user whose booking it is' })
  userId: string | null;

  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ format: 'date-time' })
  end: string;

  @ApiProperty({ enum: STATUSES })
  status: string;

  @ApiProperty({ type: MoneyBody, nullable: true })
  price: MoneyBody | null;

  @ApiProperty()
  partySize: number;

  @ApiProperty({ type: String, nullable: true })
  note: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it lapses unless approved' })
  expiresAt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was declined or cancelled' })
  reason: string | null;

  @ApiProperty({ type: MoneyBody, nullable: true, description: 'What that, or not coming, costs' })
  fee: MoneyBody | null;
}

export class BookingPage {
  @ApiProperty({ type: [BookingView] })
  items: BookingView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

class ActorView {
  @ApiProperty({ type: String, nullable: true })
  id: string | null;

  @ApiProperty()
  role: string;
}

export class HistoryItem {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'BookingRescheduled' })
  type: string;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ type: ActorView })
  actor: ActorView;

  @ApiProperty({ description: 'Place of the event among the booking’s' })
  revision: number;

  @ApiPropertyOptional({ type: Object, additionalProperties: true })
  data: Readonly<Record<string, unknown>>;
}

export class HistoryPage {
  @ApiProperty({ type: [HistoryItem] })
  items: HistoryItem[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
