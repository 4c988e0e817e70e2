import type { MembershipEvent } from '@yoyaku/business/events';
import { defineProjection } from '@yoyaku/projecting';
import { staff } from './table';

/** The members of each business with their roles and locations. Former members stay, as terminated. */
export const staffProjection = defineProjection<MembershipEvent>()({
  name: 'staff',
  version: 4,
  tables: { staff },
  on: {
    StaffAssigned: ({ data: { memberId: id, ...data } }, rows) => rows.staff.put({ id, ...data, status: 'active' }),
    StaffAssignmentChanged: ({ data: { memberId: id, ...data } }, rows) => rows.staff.patch({ id }, data),
    StaffTerminated: ({ data: { memberId: id } }, rows) => rows.staff.patch({ id }, { status: 'terminated' }),
  },
});
