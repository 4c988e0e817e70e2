import { ApiProperty } from '@nestjs/swagger';
import { VERIFICATION_STATES, VERIFIED_FROM } from '@yoyaku/platform';
import { Progress } from '../conventions';

class BreakView {
  @ApiProperty()
  stream: string;

  @ApiProperty()
  revision: number;
}

export class AuditView {
  @ApiProperty()
  ok: boolean;

  @ApiProperty({ description: 'Streams that were read' })
  streams: number;

  @ApiProperty({ description: 'Events up to `position`' })
  events: number;

  @ApiProperty({
    type: BreakView,
    nullable: true,
    description:
      'The event that was altered, or the first one missing. Null, though not `ok`, when nobody knows what stood there: ' +
      'in front of `brokenCheckpoint`, or right behind `position`',
  })
  brokenAt: BreakView | null;

  @ApiProperty({ type: String, nullable: true, description: 'The first signed checkpoint that history fails' })
  brokenCheckpoint: string | null;

  @ApiProperty({ description: 'How far history was verified' })
  position: string;

  @ApiProperty({ description: 'Signed checkpoints it was held against' })
  checkpoints: number;

  @ApiProperty({ type: String, nullable: true, description: 'How far the audit log saw events; null: it saw none' })
  witnessedTo: string | null;
}

export class VerificationProgress extends Progress {
  @ApiProperty({ enum: VERIFICATION_STATES })
  state: string;
}

export class VerificationView extends VerificationProgress {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ enum: VERIFIED_FROM })
  from: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'Who asked for it' })
  requestedBy: string;

  @ApiProperty({ format: 'date-time' })
  requestedAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;

  @ApiProperty({ type: AuditView, nullable: true, description: 'What was found, once it is done' })
  audit: AuditView | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' })
  error: string | null;
}
