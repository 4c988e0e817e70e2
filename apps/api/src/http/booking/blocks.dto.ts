import type { Instant } from '@yoyaku/kernel';
import { ListQuery, Sort, Text, Timestamp } from '../conventions';

export class BlockBody {
  @Timestamp()
  start: Instant;

  @Timestamp({ description: 'At most a year later' })
  end: Instant;

  @Text({ optional: true, multiline: true, max: 500 })
  reason?: string;
}

export class BlocksQuery extends ListQuery {
  @Sort('startsAt')
  sort?: string;
}
