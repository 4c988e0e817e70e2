import { ApiProperty } from '@nestjs/swagger';

/** How a long work over all events goes; with what is its own, the data of its server-sent events. */
export abstract class Progress {
  @ApiProperty({ description: 'Events gone through so far' })
  processed: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Events there are, about; null at the very beginning' })
  total: number | null;

  @ApiProperty()
  eventsPerSecond: number;

  @ApiProperty({ type: Number, nullable: true })
  secondsLeft: number | null;
}
