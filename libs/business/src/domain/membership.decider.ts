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
  /** `accepts`: it is the person who says so. Anybody else invites them. */
  | Message<
      'AssignStaff',
      AssignmentDetails & { memberId: Uuid; businessId: Uuid; userId: Uuid } & Appointing & { accepts: boolean }
    >
  /** By the person who is invited alone. `sees`: they name the revision that they accept. */
  | Message<'AcceptInvitation', { readonly sees: boolean }>
  | Message<'DeclineInvitation', object>
  | Message<'ChangeAssignment', Partial<AssignmentDetails> & Appointing>
  /** Whoever leaves asks nobody. */
  | Message<'TerminateStaff', Appointing | { readonly leaves: true }>;

export interface KnownMember extends AssignmentDetails {
  readonly status: 'invited' | 'declined' | 'active' | 'terminated';
  readonly memberId: Uuid;
  readonly businessId: Uuid;
  readonly userId: Uuid;
  readonly createdAt: Instant;
  /** Since when they are a member without a break, or were one until it ended; `null`: they are invited. */
  readonly since: Instant | null;
  /** Whether they may have been told of another assignment than the one that they are invited to. */
  readonly isChanged: boolean;
}

export type MembershipState = { readonly status: 'none' } | KnownMember;

const decider: Decider<MembershipState, MembershipStep, MembershipEvent> = {
  initial: { status: 'none' },
  decide: {
    AssignStaff: ({ data: { by, roles, accepts, ...assignment } }, state) => {
      ensureMayAppoint({ by, roles }, assignment);
      if (state.status === 'active' || (state.status === 'invited' && !accepts)) {
        ensure(isSame(assignment, assignmentOf(state)), 'member.already_assigned', { path: 'userId' });
        return [];
      }
      return [{ type: accepts ? 'StaffAssigned' : 'StaffInvited', data: assignment }];
    },
    AcceptInvitation: ({ data: { sees } }, state) => {
      const member = known(state);
      if (member.status === 'active') return [];
      ensureStatus(member, ['invited']);
      ensure(sees || !member.isChanged, 'member.invitation_changed');
      return [{ type: 'StaffAssigned', data: assignmentOf(member) }];
    },
    DeclineInvitation: (_, state) => {
      const member = known(state);
      if (member.status === 'declined') return [];
      ensureStatus(member, ['invited']);
      return [{ type: 'StaffInvitationDeclined', data: idsOf(member) }];
    },
    ChangeAssignment: ({ data: { by, roles, ...change } }, state) => {
      const member = known(state);
      ensureStatus(member, ['invited', 'active']);
      const current = assignmentOf(member);
      const changed = { ...current, ...change };
      ensureMayAppoint({ by, roles }, current);
      ensureMayAppoint({ by, roles }, changed);
      return isSame(changed, current) ? [] : [{ type: 'StaffAssignmentChanged', data: changed }];
    },
    TerminateStaff: ({ data }, state) => {
      const member = known(state);
      const leaves = 'leaves' in data;
      if (!leaves) ensureMayAppoint(data, member);
      if (member.status === 'terminated' || member.status === 'declined') return [];
      const declines = leaves && member.status === 'invited';
      return [{ type: declines ? 'StaffInvitationDeclined' : 'StaffTerminated', data: idsOf(member) }];
    },
  },
  evolve: {
    StaffInvited: (state, { data, at }) => ({
      status: 'invited',
      createdAt: createdAt(state, at),
      since: null,
      isChanged: state.status !== 'none' && (state.isChanged || !isSame(termsOf(state), termsOf(data))),
      ...data,
    }),
    StaffInvitationDeclined: (state) => ({ ...(state as KnownMember), status: 'declined' }),
    StaffAssigned: (state, { data, at }) => ({
      status: 'active',
      createdAt: createdAt(state, at),
      since: at,
      isChanged: false,
      ...data,
    }),
    StaffAssignmentChanged: (state, { data }) => {
      const member = state as KnownMember;
      return { ...member, ...data, isChanged: member.status === 'invited' };
    },
    StaffTerminated: (state) => ({ ...(state as KnownMember), status: 'terminated' }),
  },
};

const createdAt = (state: MembershipState, at: Instant): Instant => (state.status === 'none' ? at : state.createdAt);

const idsOf = ({ memberId, businessId, userId }: KnownMember) => ({ memberId, businessId, userId });

const termsOf = ({ role, permissions, locationIds, specializations }: AssignmentDetails): AssignmentDetails => ({
  role,
  permissions,
  locationIds,
  specializations,
});

const assignmentOf = (member: KnownMember) => ({ ...idsOf(member), ...termsOf(member) });

/** Throws `member.invalid_transition`. */
const ensureStatus = ({ status }: KnownMember, from: readonly KnownMember['status'][]): void =>
  ensure(from.includes(status), 'member.invalid_transition', { currentStatus: status });

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
