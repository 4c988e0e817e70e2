import { EmailReservation } from './application/email-reservation';
import { User } from './domain/user.decider';

export * from './application/accounts';
export {
  EmailVerification,
  ResendVerification,
  SendVerification,
  VerifyEmail,
} from './application/email-verification';
export { EnsureAdmin } from './application/ensure-admin';
export * from './application/identity-facts';
export { ChangePassword, RequestPasswordReset, ResetPassword } from './application/passwords';
export { RegisterUser, type Registration } from './application/register-user';
export { EndSession, LogIn, RefreshTokens, type SignedIn, StartSession, type Tokens } from './application/signing-in';
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
