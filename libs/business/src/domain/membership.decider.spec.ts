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
const invited = (role: Role): Unbranded<MembershipEvent> => ({
  type: 'StaffInvited',
  data: { ...ids, ...details, role },
});
/** By somebody else, or by the person themselves. */
const assign = (role: Role, by: Role, accepts = false): Unbranded<MembershipStep> => ({
  type: 'AssignStaff',
  data: { ...ids, ...details, role, ...as(by), accepts },
});
const accept = { type: 'AcceptInvitation', data: { sees: false } } as const;
/** With the revision that they saw. */
const acceptSeen = { type: 'AcceptInvitation', data: { sees: true } } as const;
const decline = { type: 'DeclineInvitation', data: {} } as const;
const declined: Unbranded<MembershipEvent> = { type: 'StaffInvitationDeclined', data: ids };
const terminated: Unbranded<MembershipEvent> = { type: 'StaffTerminated', data: ids };

describe('a membership', () => {
  it('is offered by owners and managers', () => {
    given([])
      .when(assign('staff', 'owner'))
      .then([invited('staff')]);
    given([])
      .when(assign('staff', 'manager'))
      .then([invited('staff')]);
    given([]).when(assign('staff', 'staff')).thenRejects('member.forbidden');
  });

  it('as owner or manager is offered by owners only', () => {
    given([])
      .when(assign('manager', 'owner'))
      .then([invited('manager')]);
    given([]).when(assign('manager', 'manager')).thenRejects('member.forbidden');
    given([]).when(assign('owner', 'manager')).thenRejects('member.forbidden');
  });

  it('begins when its person accepts, once', () => {
    given([invited('staff')])
      .when(accept)
      .then([assigned('staff')]);
    given([invited('staff'), assigned('staff')])
      .when(accept)
      .thenNothing();
    given([assigned('staff')])
      .when(accept)
      .thenNothing();
    given([]).when(accept).thenRejects('member.not_found');
  });

  it('begins at once for whoever assigns themselves', () => {
    given([])
      .when(assign('staff', 'owner', true))
      .then([assigned('staff')]);
    given([invited('staff')])
      .when(assign('staff', 'owner', true))
      .then([assigned('staff')]);
  });

  it('does not begin once it was declined or withdrawn, and may be offered again', () => {
    given([invited('staff')])
      .when(decline)
      .then([declined]);
    given([invited('staff')])
      .when({ type: 'TerminateStaff', data: { leaves: true } })
      .then([declined]);
    given([invited('staff')])
      .when({ type: 'TerminateStaff', data: as('owner') })
      .then([terminated]);
    given([invited('staff'), declined])
      .when(decline)
      .thenNothing();
    given([invited('staff'), declined])
      .when({ type: 'TerminateStaff', data: as('owner') })
      .thenNothing();
    for (const over of [declined, terminated]) {
      given([invited('staff'), over])
        .when(accept)
        .thenRejects('member.invalid_transition');
      given([invited('staff'), over])
        .when(assign('assistant', 'owner'))
        .then([invited('assistant')]);
    }
    for (const standing of [assigned('staff'), terminated])
      given([invited('staff'), standing])
        .when(decline)
        .thenRejects('member.invalid_transition');
  });

  it('begins as it was changed while it was offered', () => {
    const change = { type: 'ChangeAssignment', data: { role: 'assistant', ...as('manager') } } as const;
    const changed: Unbranded<MembershipEvent> = {
      type: 'StaffAssignmentChanged',
      data: { ...ids, ...details, role: 'assistant' },
    };
    given([invited('staff')])
      .when(change)
      .then([changed]);
    given([invited('staff'), changed])
      .when(acceptSeen)
      .then([assigned('assistant')]);
  });

  it('begins as something else than what was offered first only for who has seen it', () => {
    const change = (role: Role): Unbranded<MembershipEvent> => ({
      type: 'StaffAssignmentChanged',
      data: { ...ids, ...details, role },
    });
    const others: Unbranded<MembershipEvent>[][] = [
      [invited('staff'), change('manager')],
      [invited('staff'), change('manager'), change('staff')],
      [invited('staff'), declined, invited('manager')],
      [invited('staff'), terminated, invited('manager')],
      [invited('staff'), terminated, invited('manager'), terminated, invited('manager')],
      [assigned('staff'), terminated, invited('manager')],
    ];
    for (const history of others) given(history).when(accept).thenRejects('member.invitation_changed');
    given([invited('manager'), terminated, invited('manager')])
      .when(accept)
      .then([assigned('manager')]);
    given([assigned('staff'), change('manager'), terminated, invited('manager')])
      .when(accept)
      .then([assigned('manager')]);
  });

  it('is offered once', () => {
    given([invited('staff')])
      .when(assign('staff', 'owner'))
      .thenNothing();
    given([invited('staff')])
      .when(assign('assistant', 'owner'))
      .thenRejects('member.already_assigned');
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
      .then([invited('assistant')]);
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
    data: { ...ids, ...details, permissions, role, by, roles, accepts: true },
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
