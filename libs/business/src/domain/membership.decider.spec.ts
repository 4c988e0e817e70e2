import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Membership, type MembershipStep } from './membership.decider';
import type { MembershipEvent } from './membership.events';
import { type Grants, grantsOf, NO_ROLES, type Role } from './permissions';

const { given } = specify(Membership.decider);

const ids = {
  memberId: '01900000-0000-7000-8000-000000000003',
  businessId: '01900000-0000-7000-8000-000000000001',
  userId: '01900000-0000-7000-8000-00000000000b',
};
const details = { locationIds: [], specializations: ['color'], permissions: [] };
const as = (role: Role) => ({ by: grantsOf(role), roles: NO_ROLES });
const assigned = (role: Role): Unbranded<MembershipEvent> => ({
  type: 'StaffAssigned',
  data: { ...ids, ...details, role },
});
const assign = (role: Role, by: Role): Unbranded<MembershipStep> => ({
  type: 'AssignStaff',
  data: { ...ids, ...details, role, ...as(by) },
});
const terminated: Unbranded<MembershipEvent> = { type: 'StaffTerminated', data: ids };

describe('a membership', () => {
  it('is given by owners and managers', () => {
    given([])
      .when(assign('staff', 'owner'))
      .then([assigned('staff')]);
    given([])
      .when(assign('staff', 'manager'))
      .then([assigned('staff')]);
    given([]).when(assign('staff', 'staff')).thenRejects('member.forbidden');
  });

  it('as owner or manager is given by owners only', () => {
    given([])
      .when(assign('manager', 'owner'))
      .then([assigned('manager')]);
    given([]).when(assign('manager', 'manager')).thenRejects('member.forbidden');
    given([]).when(assign('owner', 'manager')).thenRejects('member.forbidden');
  });

  it('is given once', () => {
    given([assigned('staff')])
      .when(assign('staff', 'owner'))
      .thenNothing();
    given([assigned('staff')])
      .when(assign('assistant', 'owner'))
      .thenRejects('member.already_assigned');
  });

  it('changes by what is given', () => {
    const change = { type: 'ChangeAssignment', data: { role: 'assistant', ...as('manager') } } as const;
    given([assigned('staff')])
      .when(change)
      .then([{ type: 'StaffAssignmentChanged', data: { ...ids, ...details, role: 'assistant' } }]);
    given([assigned('assistant')])
      .when(change)
      .thenNothing();
  });

  it('is not raised to manager, nor taken from one, by a manager', () => {
    given([assigned('staff')])
      .when({ type: 'ChangeAssignment', data: { role: 'manager', ...as('manager') } })
      .thenRejects('member.forbidden');
    given([assigned('manager')])
      .when({ type: 'TerminateStaff', data: { ...as('manager') } })
      .thenRejects('member.forbidden');
  });

  it('ends, and may begin again', () => {
    const terminate = { type: 'TerminateStaff', data: { ...as('owner') } } as const;
    given([assigned('staff')])
      .when(terminate)
      .then([terminated]);
    given([assigned('staff'), terminated])
      .when(terminate)
      .thenNothing();
    given([assigned('staff'), terminated])
      .when({ type: 'ChangeAssignment', data: { ...as('owner') } })
      .thenRejects('member.invalid_transition');
    given([assigned('staff'), terminated])
      .when(assign('assistant', 'owner'))
      .then([assigned('assistant')]);
  });

  it('ends for whoever leaves, whatever they may', () => {
    const leave = { type: 'TerminateStaff', data: { leaves: true } } as const;
    given([assigned('assistant')])
      .when(leave)
      .then([terminated]);
    given([assigned('owner')])
      .when(leave)
      .then([terminated]);
  });

  it('must be there', () =>
    given([])
      .when({ type: 'TerminateStaff', data: { ...as('owner') } })
      .thenRejects('member.not_found'));
});

describe('what somebody has not', () => {
  const roles = { roles: { desk: ['bookings:*'], chief: ['staff:*', 'bookings:*'] }, formerRoles: {} };
  const [chief, desk] = [grantsOf('chief', roles), grantsOf('desk', roles)];
  const become = (role: string, by: Grants, permissions: string[] = []): Unbranded<MembershipStep> => ({
    type: 'AssignStaff',
    data: { ...ids, ...details, permissions, role, by, roles },
  });
  const assignedTo = (role: string, permissions: string[] = []): Unbranded<MembershipEvent> => ({
    type: 'StaffAssigned',
    data: { ...ids, ...details, permissions, role },
  });

  it('they give to nobody, be it by a role or besides', () => {
    given([])
      .when(become('desk', chief))
      .then([assignedTo('desk')]);
    given([])
      .when(become('desk', chief, ['bookings:read']))
      .then([assignedTo('desk', ['bookings:read'])]);
    given([])
      .when(become('desk', chief, ['notes:read']))
      .thenRejects('member.forbidden');
    given([]).when(become('staff', chief)).thenRejects('member.forbidden');
    given([]).when(become('desk', desk)).thenRejects('member.forbidden');
  });

  it('they take from nobody', () => {
    const end = { type: 'TerminateStaff', data: { by: grantsOf('manager'), roles } } as const;
    given([assignedTo('desk', ['business:write'])])
      .when(end)
      .thenRejects('member.forbidden');
    given([assignedTo('desk')])
      .when(end)
      .then([terminated]);
  });
});
