export { API_KEY, type ApiKeyEvent } from './domain/api-key.events';
export {
  BUSINESS,
  type BusinessEvent,
  type BusinessProfile,
  type Coordinates,
  endOf,
  type Holiday,
  type ListingEvent,
  type LocationDetails,
  type OpeningHours,
  PAID_STATES,
  type PaidState,
} from './domain/business.events';
export { type AssignmentDetails, MEMBER, type MembershipEvent } from './domain/membership.events';
export type { Role } from './domain/permissions';
export type { BusinessSettings } from './domain/settings';
export { VERTICAL, type VerticalEvent } from './domain/vertical.events';
