import type { MembershipEvent } from '@yoyaku/business/events';
import { defineProjection } from '@yoyaku/projecting';
import { staff } from './table';

/** The members of each business with their roles and locations, and who is invited. Former members stay, as terminated. */
export const staffProjection = defineProjection<MembershipEvent>()({
  name: 'staff',
  version: 5,
  tables: { staff },
  on: {
    StaffInvited: ({ data: { memberId: id, ...data } }, rows) =>
      rows.staff.put({ id, ...data, status: 'invited', since: null }),
    StaffInvitationDeclined: ({ data: { memberId: id } }, rows) => rows.staff.patch({ id }, { status: 'declined' }),
    StaffAssigned: ({ data: { memberId: id, ...data }, at }, rows) =>
      rows.staff.put({ id, ...data, status: 'active', since: at }),
    StaffAssignmentChanged: ({ data: { memberId: id, ...data } }, rows) => rows.staff.patch({ id }, data),
    StaffTerminated: ({ data: { memberId: id } }, rows) => rows.staff.patch({ id }, { status: 'terminated' }),
  },
});
