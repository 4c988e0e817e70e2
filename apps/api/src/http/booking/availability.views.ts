import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CAUSES, type Cause, type FreeResource } from '@yoyaku/booking';
import { type KnownResource, RESOURCE_KINDS } from '@yoyaku/catalog';
import { epochMs, MINUTE } from '@yoyaku/kernel';
import { MoneyView } from '../conventions';

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

  @ApiProperty({ type: [SlotView], description: 'One for each start, length and price' })
  items: SlotView[];

  @ApiProperty({ type: [SlotView], deprecated: true, description: 'The same as `items`: their older name' })
  slots: SlotView[];
}

export const slotsView = ({ timeZone, slots }: Omit<AvailabilityView, 'items'>): AvailabilityView => ({
  timeZone,
  items: slots,
  slots,
});

class FreeDayView {
  @ApiProperty({ format: 'date' })
  date: string;

  @ApiProperty({ type: 'integer', description: 'How many starts are free' })
  free: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The first of them' })
  first: string | null;
}

export class FreeDaysView {
  @ApiProperty({ example: 'Asia/Tokyo' })
  timeZone: string;

  @ApiProperty({ type: [FreeDayView], description: 'Every date' })
  items: FreeDayView[];
}

class FreeResourceView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true })
  name: string | null;

  @ApiProperty({ enum: RESOURCE_KINDS })
  kind: string;

  @ApiProperty({ type: MoneyView, description: 'For all the people asked; the least with this resource' })
  price: MoneyView;

  @ApiProperty({ type: 'integer', description: 'How long it takes at that price' })
  durationMinutes: number;

  @ApiProperty({ description: 'How many more bookings for as many people can be made with it then' })
  remaining: number;
}

export class FreeResourcesView {
  @ApiProperty({ type: [FreeResourceView] })
  items: FreeResourceView[];
}

export const freeResource = (
  { start, end, price, remaining }: FreeResource,
  { resourceId: id, name, kind }: KnownResource,
): FreeResourceView => ({
  id,
  name,
  kind,
  price,
  durationMinutes: (epochMs(end) - epochMs(start)) / MINUTE,
  remaining,
});

class ReasonView {
  @ApiProperty({ example: 'booking.outside_hours', description: 'The code with which booking it is refused' })
  code: string;

  @ApiPropertyOptional({ enum: CAUSES, description: 'What is behind it, where the code does not say' })
  cause?: Cause;

  @ApiPropertyOptional({ format: 'uuid', description: 'The resource that it is about' })
  resourceId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The location that it is about' })
  locationId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The first moment that would do' })
  earliest?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The last moment that would do' })
  latest?: string;

  @ApiPropertyOptional({ description: 'The largest party that would do' })
  maximum?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'When what takes the time starts' })
  start?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it ends' })
  end?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The booking that takes the time' })
  bookingId?: string;

  @ApiPropertyOptional({ description: 'Places that are left in the session' })
  remaining?: number;
}

export class ExplanationView {
  @ApiProperty({ description: 'Whether the slot is offered' })
  offered: boolean;

  @ApiProperty({ type: [ReasonView], description: 'Every reason why it is not, up to 1,000' })
  reasons: readonly ReasonView[];
}
