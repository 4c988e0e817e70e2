import { ApiProperty, IntersectionType, PartialType } from '@nestjs/swagger';
import { ROLES, type Role } from '@yoyaku/business';
import type { Uuid } from '@yoyaku/kernel';
import { Id, Ids, ListQuery, OneOf, PageOf, Sort, Texts, VersionedView } from '../conventions';

class AssignmentFields {
  @OneOf(ROLES)
  role: Role;

  @Ids({ optional: true, max: 100, description: 'All locations when empty; what is at others is out of reach' })
  locationIds?: Uuid[];

  @Texts({ optional: true, max: 50, length: 60 })
  specializations?: string[];
}

export class AssignStaffBody extends AssignmentFields {
  @Id()
  businessId: Uuid;

  @Id()
  userId: Uuid;
}

export class ChangeAssignmentBody extends PartialType(AssignmentFields, { skipNullProperties: false }) {}

const STATUSES = ['active', 'terminated'] as const;

export class AssignmentsQuery extends ListQuery {
  @Id({ optional: true, description: 'One’s own assignments everywhere when absent' })
  businessId?: Uuid;

  @OneOf(ROLES, { optional: true })
  role?: Role;

  @OneOf(STATUSES, { optional: true })
  status?: string;

  @Sort('createdAt', 'role')
  sort?: string;
}

export class AssignmentView extends IntersectionType(VersionedView, AssignmentFields) {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  userId: Uuid;

  @ApiProperty({ enum: STATUSES })
  status: string;
}

export class AssignmentPage extends PageOf(AssignmentView) {}
