import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CAUSES, type Cause } from '@yoyaku/booking';
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

  @ApiProperty({ type: [SlotView] })
  slots: SlotView[];
}

export class FreeResourcesView {
  @ApiProperty({ type: [SlotView], description: 'More than one where the service takes different times' })
  items: SlotView[];
}

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
