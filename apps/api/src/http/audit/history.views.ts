import { ApiProperty } from '@nestjs/swagger';

export class StateView {
  @ApiProperty({ description: 'Category of the stream' })
  entity: string;

  @ApiProperty()
  entityId: string;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ description: 'Of the last event up to then' })
  revision: number;

  @ApiProperty({ description: 'Commit position of that event' })
  position: string;

  @ApiProperty({ type: Object, description: 'The state, folded by the code that decides commands' })
  state: unknown;
}

class MarkView {
  @ApiProperty()
  position: string;

  @ApiProperty()
  events: number;

  @ApiProperty({ description: 'SHA-256, hex' })
  hash: string;
}

class CheckpointView extends MarkView {
  @ApiProperty({ format: 'date-time' })
  takenAt: string;

  @ApiProperty({ description: 'Ed25519 over `yoyaku-checkpoint-v1`, position, events, hash and takenAt, a line each' })
  signature: string;
}

export class ProofView {
  @ApiProperty({ type: Object, description: 'The event as it is stored' })
  event: unknown;

  @ApiProperty({ type: MarkView })
  from: MarkView;

  @ApiProperty({ type: [String], description: 'Hash of every event after `from` up to the checkpoint' })
  hashes: readonly string[];

  @ApiProperty({ type: CheckpointView })
  checkpoint: CheckpointView;

  @ApiProperty({ description: 'PEM' })
  publicKey: string;
}
