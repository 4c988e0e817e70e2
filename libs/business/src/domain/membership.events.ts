import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const MEMBER = 'member';

/** What a member may do, and where. */
export interface AssignmentDetails {
  /** One that every business has, or one of the business's own. */
  readonly role: string;
  /** What they may do besides. */
  readonly permissions: readonly string[];
  /** The locations to which the assignment is limited. Empty: no limit. */
  readonly locationIds: readonly Uuid[];
  readonly specializations: readonly string[];
}

interface Member {
  readonly memberId: Uuid;
  readonly businessId: Uuid;
  readonly userId: Uuid;
}

export type MembershipEvent =
  /** Somebody else wants them to be a member. They are none until they accept. */
  | Message<'StaffInvited', Member & AssignmentDetails>
  | Message<'StaffInvitationDeclined', Member>
  /** A membership begins: they accepted, or assigned themselves. Builds before invitations knew nothing else. */
  | Message<'StaffAssigned', Member & AssignmentDetails>
  | Message<'StaffAssignmentChanged', Member & AssignmentDetails>
  | Message<'StaffTerminated', Member>;

/** Version 2: permissions besides those of the role, which may be the business's own. */
const withPermissions = {
  version: 2,
  upcasts: { 1: (data: Readonly<Record<string, unknown>>) => ({ ...data, permissions: [] }) },
} as const;

export const membershipEvents: EventCatalog<MembershipEvent> = {
  StaffInvited: plain,
  StaffInvitationDeclined: plain,
  StaffAssigned: withPermissions,
  StaffAssignmentChanged: withPermissions,
  StaffTerminated: plain,
};
