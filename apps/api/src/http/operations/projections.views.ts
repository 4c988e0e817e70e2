import { ApiProperty } from '@nestjs/swagger';
import { Progress } from '../conventions';

const STATES = ['live', 'paused', 'failed'];

class FailureView {
  @ApiProperty({ type: String, format: 'uuid' })
  eventId: string;

  @ApiProperty({ description: 'Type of the event' })
  type: string;

  @ApiProperty()
  stream: string;

  @ApiProperty()
  revision: number;

  @ApiProperty({ description: 'Position of the event in the store' })
  position: string;

  @ApiProperty({ description: 'What the handler threw' })
  error: string;

  @ApiProperty({ format: 'date-time' })
  at: string;
}

class PartitionView {
  @ApiProperty()
  partition: number;

  @ApiProperty({ description: 'Everything up to this position of the store is in' })
  position: string;

  @ApiProperty({ enum: STATES })
  state: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Null on the direct path, where nobody counts' })
  lagEvents: number | null;

  @ApiProperty({
    description: 'Age of the first event that is not in; while nobody runs the partition, of the last one that is',
  })
  lagSeconds: number;

  @ApiProperty({ type: FailureView, nullable: true })
  failure: FailureView | null;

  @ApiProperty({
    type: FailureView,
    nullable: true,
    description: 'The event at which it waits for a process of a newer build, which alone can read it',
  })
  unreadable: FailureView | null;
}

class QuarantinedView {
  @ApiProperty({ description: 'Id of the business; of events that are no business’s, the stream' })
  tenant: string;

  @ApiProperty()
  partition: number;

  @ApiProperty({ description: 'What the tenant did up to this position of the store is in' })
  position: string;

  @ApiProperty({ enum: ['failed', 'catching_up'] })
  state: string;

  @ApiProperty({ type: FailureView, nullable: true })
  failure: FailureView | null;
}

class SkipView {
  @ApiProperty({ type: FailureView, description: 'The event that is passed over, and why it stopped the read model' })
  failure: FailureView;

  @ApiProperty()
  reason: string;

  @ApiProperty({ description: 'Id of the admin, or name of the operator at the command line' })
  by: string;

  @ApiProperty({ format: 'date-time' })
  at: string;
}

export class SkipList {
  @ApiProperty({ type: [SkipView] })
  items: SkipView[];
}

export class ProjectionView {
  @ApiProperty({ example: 'bookings' })
  name: string;

  @ApiProperty()
  version: number;

  @ApiProperty({
    enum: ['current', 'newer', 'older', 'changed'],
    nullable: true,
    description:
      'How the definition of this process’s build stands to what is installed: `newer` is being built beside it, ' +
      '`changed` is another one under the same version, and not run; null where the build knows none of that name',
  })
  definition: 'current' | 'newer' | 'older' | 'changed' | null;

  @ApiProperty({
    enum: [...STATES, 'rebuilding'],
    description: 'Failed: a partition, or tenants, stand still; rebuilding: the current tables serve meanwhile',
  })
  state: string;

  @ApiProperty({ type: [PartitionView] })
  partitions: readonly PartitionView[];

  @ApiProperty({ type: [QuarantinedView], description: 'Tenants that are left out; all others go on' })
  quarantined: readonly QuarantinedView[];

  @ApiProperty()
  eventsPerSecond: number;

  @ApiProperty({
    type: FailureView,
    nullable: true,
    description: 'The first of the partitions’ failures, or of the tenants’',
  })
  failure: FailureView | null;
}

export class ProjectionList {
  @ApiProperty({ type: [ProjectionView] })
  items: ProjectionView[];
}

export class RebuildProgress extends Progress {
  @ApiProperty({ enum: ['running', 'paused', 'done', 'failed', 'cancelled'] })
  state: string;

  @ApiProperty({
    type: Object,
    nullable: true,
    description: '`error`, and the event at which a handler failed. The read models are then as they were before',
  })
  failure: object | null;
}

export class RebuildView extends RebuildProgress {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'How far it has come in the store' })
  position: string;

  @ApiProperty({ description: 'How far the store went when that was last looked at' })
  head: string;

  @ApiProperty({ type: [String], description: 'Read models that are built in this one pass' })
  projections: readonly string[];

  @ApiProperty({ description: 'Id of the admin, name of the operator at the command line, or `deployment`' })
  requestedBy: string;

  @ApiProperty({ format: 'date-time' })
  requestedAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'How long updates waited while the new tables took over' })
  swapMs: number | null;
}
