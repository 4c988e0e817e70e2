import { ApiProperty } from '@nestjs/swagger';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Transform } from 'class-transformer';
import { Flag, Id, idIn, Text, Timestamp } from '../conventions';

const NAME = /^[A-Za-z][A-Za-z_-]*$/;

export class EventsQuery {
  @Text({ optional: true, max: 19, pattern: /^\d+$/, description: 'Only what comes after this commit position' })
  from?: string;

  @Text({ optional: true, max: 64, pattern: NAME, description: 'Only streams of this category' })
  category?: string;

  @Text({ optional: true, max: 64, pattern: NAME, description: 'Only events of this type' })
  type?: string;

  @Text({ optional: true, max: 64, description: 'Only events of this business, or `platform`' })
  @Transform(({ value }) => idIn(value) ?? value)
  tenantId?: string;

  @Id({ optional: true, description: 'Only what this user did' })
  actorId?: Uuid;

  @Timestamp({ optional: true, description: 'Only what occurred then or later' })
  since?: Instant;

  @Timestamp({ optional: true, description: 'Only what occurred before' })
  until?: Instant;

  @Flag({ optional: true, description: 'Go on with what is appended, until the client leaves' })
  follow?: boolean;

  @Flag({ optional: true, description: 'Personal data in clear; for platform admins. Each use is recorded' })
  decrypt?: boolean;
}

export class StateQuery {
  @Timestamp({ description: 'The moment to look at' })
  at: Instant;
}

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
