import {
  type Aggregate,
  type Decider,
  ensure,
  type Instant,
  isSame,
  type Message,
  tenantOfBusiness,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import { type AssignmentDetails, MEMBER, type MembershipEvent, membershipEvents } from './membership.events';
import { permits, type Role } from './permissions';

/**
 * Steps of commands in `application/`, which look at the business and the person. `by`: the role in this business of the
 * person who gives the command.
 */
export type MembershipStep =
  | Message<'AssignStaff', AssignmentDetails & { memberId: Uuid; businessId: Uuid; userId: Uuid; by: Role }>
  | Message<'ChangeAssignment', Partial<AssignmentDetails> & { by: Role }>
  | Message<'TerminateStaff', { by: Role }>;

export interface KnownMember extends AssignmentDetails {
  readonly status: 'active' | 'terminated';
  readonly memberId: Uuid;
  readonly businessId: Uuid;
  readonly userId: Uuid;
  readonly createdAt: Instant;
}

export type MembershipState = { readonly status: 'none' } | KnownMember;

const decider: Decider<MembershipState, MembershipStep, MembershipEvent> = {
  initial: { status: 'none' },
  decide: {
    AssignStaff: ({ data: { by, ...assignment } }, state) => {
      ensureMayAppoint(by, assignment.role);
      if (state.status === 'active') {
        const { status: _, createdAt: __, ...current } = state;
        ensure(isSame(assignment, current), 'member.already_assigned', { path: 'userId' });
        return [];
      }
      return [{ type: 'StaffAssigned', data: assignment }];
    },
    ChangeAssignment: ({ data: { by, ...change } }, state) => {
      const { status, createdAt: _, ...current } = known(state);
      ensure(status === 'active', 'member.invalid_transition', { currentStatus: status });
      const changed = { ...current, ...change };
      ensureMayAppoint(by, current.role);
      ensureMayAppoint(by, changed.role);
      return isSame(changed, current) ? [] : [{ type: 'StaffAssignmentChanged', data: changed }];
    },
    TerminateStaff: ({ data: { by } }, state) => {
      const { status, role, memberId, businessId, userId } = known(state);
      ensureMayAppoint(by, role);
      return status === 'terminated' ? [] : [{ type: 'StaffTerminated', data: { memberId, businessId, userId } }];
    },
  },
  evolve: {
    StaffAssigned: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    StaffAssignmentChanged: (state, { data }) => ({ ...(state as KnownMember), ...data }),
    StaffTerminated: (state) => ({ ...(state as KnownMember), status: 'terminated' }),
  },
};

/** Owners and managers are appointed, changed and dismissed by owners only. Throws `member.forbidden`. */
const ensureMayAppoint = (by: Role, role: Role): void =>
  ensure(
    permits(by, role === 'owner' || role === 'manager' ? 'staff:appoint_managers' : 'staff:write'),
    'member.forbidden',
    { role },
  );

const known = unlessNone<MembershipState>('member.not_found');

/** A user's membership of a business. Its id is {@link memberId}. */
export const Membership: Aggregate<MembershipState, MembershipStep, MembershipEvent, KnownMember> = {
  category: MEMBER,
  decider,
  events: membershipEvents,
  tenantOf: tenantOfBusiness,
  known,
};
