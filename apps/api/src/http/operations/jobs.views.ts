import { ApiProperty } from '@nestjs/swagger';
import type { Instant } from '@yoyaku/kernel';
import type { JobKindStatus } from '@yoyaku/reacting';

class JobKindView implements JobKindStatus {
  @ApiProperty({ example: 'send-email' })
  kind: string;

  @ApiProperty({ description: 'Planned for later' })
  planned: number;

  @ApiProperty({ description: 'Due, or to be tried again soon, and not begun' })
  due: number;

  @ApiProperty()
  active: number;

  @ApiProperty({ description: 'Tried in vain and set aside, until somebody has them tried again' })
  failed: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of the first of those that are due' })
  waitingSince: Instant | null;
}

export class JobKindList {
  @ApiProperty({ type: [JobKindView] })
  items: JobKindView[];
}

export class RetriedView {
  @ApiProperty({ description: 'How many jobs are tried again' })
  retried: number;
}
