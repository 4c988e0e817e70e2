import { ApiProperty } from '@nestjs/swagger';
import type { Instant } from '@yoyaku/kernel';
import { ListQuery, PageOf, Sort, Text, Timestamp, VersionedView } from '../conventions';

export class BlockBody {
  @Timestamp()
  start: Instant;

  @Timestamp({ description: 'At most a year later' })
  end: Instant;

  @Text({ optional: true, multiline: true, max: 500 })
  reason?: string;
}

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

export class BlocksQuery extends ListQuery {
  @Sort('startsAt')
  sort?: string;
}

export class BlockPage extends PageOf(BlockView) {}
