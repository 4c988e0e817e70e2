import { PartialType } from '@nestjs/swagger';
import { GRANTS } from '@yoyaku/business';
import type { Uuid } from '@yoyaku/kernel';
import { Id, Ids, ListQuery, OneOf, SomeOf, Sort, Texts } from '../conventions';
import { RoleName } from './role.dto';

class AssignmentFields {
  @RoleName({ description: 'One of those that every business has, or one of its own' })
  role: string;

  @Ids({ optional: true, max: 100, description: 'All locations when empty; what is at others is out of reach' })
  locationIds?: Uuid[];

  @Texts({ optional: true, max: 50, length: 60 })
  specializations?: string[];

  @SomeOf(GRANTS, { optional: true, description: 'What they may do besides what their role may' })
  permissions?: string[];
}

export class AssignStaffBody extends AssignmentFields {
  @Id()
  businessId: Uuid;

  @Id()
  userId: Uuid;
}

export class ChangeAssignmentBody extends PartialType(AssignmentFields, { skipNullProperties: false }) {}

export const STATUSES = ['invited', 'declined', 'active', 'terminated'] as const;

export class AssignmentsQuery extends ListQuery {
  @Id({ optional: true, description: 'One’s own assignments everywhere when absent' })
  businessId?: Uuid;

  @RoleName({ optional: true })
  role?: string;

  @OneOf(STATUSES, { optional: true })
  status?: string;

  @Sort('createdAt', 'role')
  sort?: string;
}
