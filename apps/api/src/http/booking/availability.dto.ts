import { ApiProperty } from '@nestjs/swagger';
import type { Instant, LocalDate, Uuid } from '@yoyaku/kernel';
import { DateOnly, Id, MoneyView, Timestamp, TimeZone, Whole } from '../conventions';

const partySize = { optional: true, min: 1, max: 1000, default: 1 } as const;

export class AvailabilityQuery {
  @Id()
  businessId: Uuid;

  @Id()
  serviceId: Uuid;

  @DateOnly({ description: 'First local date' })
  from: LocalDate;

  @DateOnly({ description: 'Last local date; at most 62 days in all' })
  to: LocalDate;

  @Id({ optional: true, description: 'Only with this resource' })
  resourceId?: Uuid;

  @Id({ optional: true, description: 'At this location, in its hours' })
  locationId?: Uuid;

  @Whole(partySize)
  partySize?: number;

  @TimeZone({
    optional: true,
    description: 'Whose dates these are; when absent those of the location asked for, else the business’s',
  })
  timezone?: string;
}

export class SlotView {
  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ format: 'date-time' })
  end: string;

  @ApiProperty({ type: MoneyView, description: 'For all the people asked' })
  price: MoneyView;

  @ApiProperty({ type: [String], format: 'uuid', description: 'Any of these; one of each kind the service needs' })
  resourceIds: readonly string[];

  @ApiProperty({ description: 'How many more bookings for as many people can be made then' })
  remaining: number;
}

export class AvailabilityView {
  @ApiProperty({ example: 'Asia/Tokyo' })
  timeZone: string;

  @ApiProperty({ type: [SlotView] })
  slots: SlotView[];
}

export class FreeResourcesQuery {
  @Id()
  serviceId: Uuid;

  @Timestamp()
  start: Instant;

  @Whole(partySize)
  partySize?: number;
}

export class FreeResourcesView {
  @ApiProperty({ type: [SlotView], description: 'More than one where the service takes different times' })
  items: SlotView[];
}

export class ExplainQuery extends FreeResourcesQuery {
  @Id()
  resourceId: Uuid;
}

class VerdictView {
  @ApiProperty({ example: 'booking.outside_hours' })
  code: string;

  @ApiProperty()
  allowed: boolean;
}

export class ExplanationView {
  @ApiProperty({ description: 'Whether the slot is offered' })
  offered: boolean;

  @ApiProperty({ type: [VerdictView], description: 'What each rule says, and at last what is booked' })
  rules: VerdictView[];
}
