import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { AffectedView, PageOf, VersionedView } from '../conventions';

/** Its revision is that of the resource's calendar. */
export class BlockView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: string;

  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ format: 'date-time' })
  end: string;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The outside calendar that it comes from, and with which alone it goes',
  })
  calendarId: string | null;
}

/** With the bookings that it lies over. */
export class NewBlockView extends IntersectionType(BlockView, AffectedView) {}

export class BlockPage extends PageOf(BlockView) {}
