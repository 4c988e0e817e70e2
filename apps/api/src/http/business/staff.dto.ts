import { PartialType } from '@nestjs/swagger';
import { ROLES, type Role } from '@yoyaku/business';
import type { Uuid } from '@yoyaku/kernel';
import { Id, Ids, ListQuery, OneOf, Sort, Texts } from '../conventions';

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

export const STATUSES = ['active', 'terminated'] as const;

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
