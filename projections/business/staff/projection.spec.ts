import type { MembershipEvent } from '@yoyaku/business/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { staffProjection } from './projection';

const ids = {
  businessId: '01900000-0000-7000-8000-000000000001',
  userId: '01900000-0000-7000-8000-00000000000b',
};
const memberId = '01900000-0000-7000-8000-000000000003';
const assignment = { ...ids, role: 'staff', locationIds: [], specializations: ['color'], permissions: [] } as const;
const assigned: Unbranded<MembershipEvent> = { type: 'StaffAssigned', data: { memberId, ...assignment } };
const invited: Unbranded<MembershipEvent> = { type: 'StaffInvited', data: { memberId, ...assignment } };
const declined: Unbranded<MembershipEvent> = { type: 'StaffInvitationDeclined', data: { memberId, ...ids } };
const terminated: Unbranded<MembershipEvent> = { type: 'StaffTerminated', data: { memberId, ...ids } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const row = { id: memberId, ...assignment, status: 'active', since: times.createdAt, ...times, revision: 0 };

const rowsAfter = (...events: Unbranded<MembershipEvent>[]) =>
  runProjection(
    staffProjection,
    events.map((event) => ({ ...event, stream: `member-${memberId}` })),
  ).staff;

describe('the staff projection', () => {
  it('holds an assignment', () => expect(rowsAfter(assigned)).toEqual([row]));

  it('holds an invitation, and what comes of it', () => {
    const offered = { ...row, status: 'invited', since: null };
    expect(rowsAfter(invited)).toEqual([offered]);
    expect(rowsAfter(invited, declined)).toEqual([{ ...offered, status: 'declined', revision: 1 }]);
    expect(rowsAfter(invited, declined, invited)).toEqual([{ ...offered, revision: 2 }]);
    expect(rowsAfter(invited, assigned)).toEqual([{ ...row, revision: 1 }]);
  });

  it('follows its changes', () =>
    expect(
      rowsAfter(assigned, { type: 'StaffAssignmentChanged', data: { memberId, ...assignment, role: 'manager' } }),
    ).toEqual([{ ...row, role: 'manager', revision: 1 }]));

  it('keeps one that ended, until it begins again', () => {
    expect(rowsAfter(assigned, terminated)).toEqual([{ ...row, status: 'terminated', revision: 1 }]);
    expect(rowsAfter(assigned, terminated, assigned)).toEqual([{ ...row, revision: 2 }]);
  });
});
