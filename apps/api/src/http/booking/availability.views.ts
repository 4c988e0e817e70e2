import { ApiProperty } from '@nestjs/swagger';
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
