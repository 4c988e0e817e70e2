export type {
  BusinessEvent,
  BusinessProfile,
  Holiday,
  LocationDetails,
  OpeningHours,
} from './domain/business.events';
export type { AssignmentDetails, MembershipEvent } from './domain/membership.events';
export type { Role } from './domain/permissions';
export type { BusinessSettings } from './domain/settings';
