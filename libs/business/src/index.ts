import { SlugReservation } from './application/slug-reservation';
import { Business } from './domain/business.decider';
import { Membership } from './domain/membership.decider';

export * from './application/business-facts';
export { ChangeBusinessProfile, CreateBusiness, type NewBusiness } from './application/businesses';
export { AssignStaff, ChangeAssignment, TerminateStaff } from './application/staff';
export * from './business.module';
export * from './domain/business.decider';
export * from './domain/membership.decider';
export * from './domain/permissions';
export * from './domain/reach';
export * from './domain/settings';

/** Every aggregate of this context. */
export const aggregates = [Business, Membership, SlugReservation];
