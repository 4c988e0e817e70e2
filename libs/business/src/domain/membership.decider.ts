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
import { type Grants, granted, grantsOf, mayGive, permits, type RolesOfBusiness } from './permissions';

/** What the person may do who gives the command, and what roles are in this business. */
export interface Appointing {
  readonly by: Grants;
  readonly roles: RolesOfBusiness;
}

/** Steps of commands in `application/`, which look at the business and the person. */
export type MembershipStep =
  | Message<'AssignStaff', AssignmentDetails & { memberId: Uuid; businessId: Uuid; userId: Uuid } & Appointing>
  | Message<'ChangeAssignment', Partial<AssignmentDetails> & Appointing>
  /** Whoever leaves asks nobody. */
  | Message<'TerminateStaff', Appointing | { readonly leaves: true }>;

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
    AssignStaff: ({ data: { by, roles, ...assignment } }, state) => {
      ensureMayAppoint({ by, roles }, assignment);
      if (state.status === 'active') {
        const { status: _, createdAt: __, ...current } = state;
        ensure(isSame(assignment, current), 'member.already_assigned', { path: 'userId' });
        return [];
      }
      return [{ type: 'StaffAssigned', data: assignment }];
    },
    ChangeAssignment: ({ data: { by, roles, ...change } }, state) => {
      const { status, createdAt: _, ...current } = known(state);
      ensure(status === 'active', 'member.invalid_transition', { currentStatus: status });
      const changed = { ...current, ...change };
      ensureMayAppoint({ by, roles }, current);
      ensureMayAppoint({ by, roles }, changed);
      return isSame(changed, current) ? [] : [{ type: 'StaffAssignmentChanged', data: changed }];
    },
    TerminateStaff: ({ data }, state) => {
      const { status, memberId, businessId, userId, ...assignment } = known(state);
      if (!('leaves' in data)) ensureMayAppoint(data, assignment);
      return status === 'terminated' ? [] : [{ type: 'StaffTerminated', data: { memberId, businessId, userId } }];
    },
  },
  evolve: {
    StaffAssigned: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    StaffAssignmentChanged: (state, { data }) => ({ ...(state as KnownMember), ...data }),
    StaffTerminated: (state) => ({ ...(state as KnownMember), status: 'terminated' }),
  },
};

/**
 * Nobody appoints, changes or dismisses who may do what they may not themselves; and whoever has a say over others is the
 * business of those who appoint managers. Throws `member.forbidden`.
 */
function ensureMayAppoint({ by, roles }: Appointing, { role, permissions }: Power): void {
  const grants = grantsWith(role, permissions, roles);
  ensure(permits(by, 'staff:write') && mayGive(by, grants), 'member.forbidden', { role });
}

type Power = Pick<AssignmentDetails, 'role' | 'permissions'>;

/** What a role may do with those permissions besides. */
export const grantsWith = (role: string, permissions: readonly string[], roles: RolesOfBusiness): Grants =>
  permissions.length === 0 ? grantsOf(role, roles) : grantsOf(role, roles).union(granted(permissions));

const known = unlessNone<MembershipState>('member.not_found');

/** A user's membership of a business. Its id is {@link memberId}. */
export const Membership: Aggregate<MembershipState, MembershipStep, MembershipEvent, KnownMember> = {
  category: MEMBER,
  decider,
  events: membershipEvents,
  tenantOf: tenantOfBusiness,
  known,
};
