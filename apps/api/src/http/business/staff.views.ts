import { ApiProperty } from '@nestjs/swagger';
import type { KnownMember } from '@yoyaku/business';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';
import { STATUSES } from './staff.dto';

export class AssignmentView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  userId: Uuid;

  @ApiProperty({ example: 'staff' })
  role: string;

  @ApiProperty({
    enum: STATUSES,
    description: 'Somebody `invited` has no rights in the business and is not booked with, until they accept',
  })
  status: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the membership began, for the last time; null: it has not',
  })
  since: Instant | null;

  @ApiProperty({ type: [String], format: 'uuid', description: 'All locations when empty' })
  locationIds: readonly Uuid[];

  @ApiProperty({ type: [String] })
  specializations: readonly string[];

  @ApiProperty({ type: [String], description: 'What they may do besides what their role may' })
  permissions: readonly string[];
}

export class AssignmentPage extends PageOf(AssignmentView) {}

/** An assignment right after a command. */
export function assignmentView(outcome: Shown<KnownMember>): AssignmentView {
  const { memberId: _, isChanged: __, ...member } = outcome.known;
  return { ...member, ...versionOf(outcome) };
}
