import { ApiProperty } from '@nestjs/swagger';
import { PageOf, VersionedView } from '../conventions';

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
}

export class BlockPage extends PageOf(BlockView) {}
