import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { UNUSABLE } from '@yoyaku/booking';
import { REASONS } from '@yoyaku/outbound';
import { AffectedView, PageOf, VersionedView } from '../conventions';

const FAILURES = [...REASONS, ...UNUSABLE] as const;

export class LookFailureView {
  @ApiProperty({ enum: FAILURES })
  code: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'What the server answered, where it refused' })
  status: number | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'Since when it could not be read' })
  since: string;
}

export class CalendarWarningView {
  @ApiProperty({ enum: ['unknown_time_zone', 'invalid_rule', 'invalid_events'] })
  code: string;

  @ApiPropertyOptional({ type: String, description: 'Which zone nobody knows: its times are read as the resource’s' })
  timeZone?: string;

  @ApiPropertyOptional({ type: String, description: 'Which rule is not understood: such an event is taken once' })
  rule?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'How many events were left out' })
  count?: number;
}

/** Its revision is that of the resource's calendar. */
export class OutsideCalendarView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'calendar.example',
    description: 'The host of its address alone, for whoever knows the rest reads the calendar',
  })
  url: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was read last' })
  refreshedAt: string | null;

  @ApiProperty({
    type: LookFailureView,
    nullable: true,
    description: 'Why it could not be read; what was known before stays',
  })
  failure: LookFailureView | null;

  @ApiProperty({ type: [CalendarWarningView], description: 'What of it was not understood' })
  warnings: readonly CalendarWarningView[];
}

/** With the bookings that its busy times lie over. */
export class NewOutsideCalendarView extends IntersectionType(OutsideCalendarView, AffectedView) {}

export class OutsideCalendarPage extends PageOf(OutsideCalendarView) {}
