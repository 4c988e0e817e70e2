import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';
import type { Role } from './permissions';

/** The category of the streams. */
export const MEMBER = 'member';

/** What a member may do, and where. */
export interface AssignmentDetails {
  readonly role: Role;
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
  | Message<'StaffAssigned', Member & AssignmentDetails>
  | Message<'StaffAssignmentChanged', Member & AssignmentDetails>
  | Message<'StaffTerminated', Member>;

export const membershipEvents: EventCatalog<MembershipEvent> = {
  StaffAssigned: plain,
  StaffAssignmentChanged: plain,
  StaffTerminated: plain,
};
