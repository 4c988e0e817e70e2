import type { Aggregate } from '@yoyaku/kernel';
import { SlugReservation } from './application/slug-reservation';
import * as apiKey from './domain/api-key.decider';
import type { ApiKeyEvent } from './domain/api-key.events';
import * as business from './domain/business.decider';
import type { BusinessEvent } from './domain/business.events';
import * as membership from './domain/membership.decider';
import type { MembershipEvent } from './domain/membership.events';
import { Vertical } from './domain/vertical.decider';

export { ApiKeyFacts, type KeyStanding } from './application/api-key-facts';
export { MakeApiKey, RevokeApiKey } from './application/api-keys';
export * from './application/business-facts';
export { ChangeBusinessProfile, CreateBusiness, type NewBusiness } from './application/businesses';
export { SetRole, SetRoles } from './application/roles';
export { AnswerInvitation, AssignStaff, ChangeAssignment, TerminateStaff } from './application/staff';
export * from './business.module';
export { isGoodKey, type KnownApiKey } from './domain/api-key.decider';
export * from './domain/business.decider';
export * from './domain/membership.decider';
export * from './domain/permissions';
export * from './domain/reach';
export * from './domain/settings';
export {
  isSubscriptionOver,
  SUBSCRIPTION_STATES,
  type Subscription,
  type SubscriptionState,
  TRIAL_DAYS,
} from './domain/subscription';
export * from './domain/vertical.decider';
export * from './reactions';

/** Others send these commands of theirs alone. The steps in `application/` are known in this context only. */
export const Business: Aggregate<
  business.BusinessState,
  business.BusinessCommand,
  BusinessEvent,
  business.KnownBusiness
> = business.Business;
export const ApiKey: Aggregate<apiKey.ApiKeyState, never, ApiKeyEvent, apiKey.KnownApiKey> = apiKey.ApiKey;
export const Membership: Aggregate<membership.MembershipState, never, MembershipEvent, membership.KnownMember> =
  membership.Membership;

/** Every aggregate of this context. */
export const aggregates = [Business, Membership, Vertical, ApiKey, SlugReservation];
