import { EmailReservation } from './application/email-reservation';
import { User } from './domain/user.decider';

export * from './application/accounts';
export * from './application/authentication';
export { EmailVerification, VerifyEmail } from './application/email-verification';
export * from './application/identity-facts';
export * from './application/passwords';
export { RegisterUser, type Registration } from './application/register-user';
export * from './domain/user.decider';
export * from './domain/user.events';
export * from './identity.module';
export {
  ACCESS_TOKEN_LIFETIME,
  type AccessClaims,
  TOKEN_ALGORITHM,
  TOKEN_ISSUER,
} from './infrastructure/access-tokens';
export { EndedSessions } from './infrastructure/ended-sessions';
export { migrations as identityMigrations } from './infrastructure/migrations';
export { type Client, type Session, Sessions } from './infrastructure/sessions';

export const aggregates = [User, EmailReservation];
