import type { Aggregate } from '@yoyaku/kernel';
import { EmailReservation, PhoneReservation, UsernameReservation } from './application/sign-in-names';
import { Admins } from './domain/admins.decider';
import * as user from './domain/user.decider';
import type { UserEvent } from './domain/user.events';

export * from './application/accounts';
export { ChangeUser, EraseUser, FinishUserErasure, type UserChange } from './application/administration';
export { CodeMessages } from './application/code-messages';
export {
  EmailVerification,
  ResendVerification,
  VerifyEmail,
} from './application/email-verification';
export { EnsureAdmin } from './application/ensure-admin';
export * from './application/identity-facts';
export { ChangePassword, RequestPasswordReset, ResetPassword } from './application/passwords';
export { RemovePhone, SendPhoneCode, SignInByPhone, VerifyPhone } from './application/phones';
export { RegisterUser, type Registration } from './application/register-user';
export { PHONE, USERNAME } from './application/sign-in-names';
export { EndSession, LogIn, RefreshTokens, type SignedIn, StartSession, type Tokens } from './application/signing-in';
export { ChooseUsername } from './application/usernames';
export * from './domain/user.decider';
export * from './domain/user.events';
export { readUsername } from './domain/username';
export * from './identity.module';
export {
  ACCESS_TOKEN_LIFETIME,
  type AccessClaims,
  TOKEN_ALGORITHM,
  TOKEN_ISSUER,
} from './infrastructure/access-tokens';
export { EndedSessions } from './infrastructure/ended-sessions';
export { KeySecrets } from './infrastructure/key-secrets';
export { looksLikeKey } from './infrastructure/key-text';
export { migrations as identityMigrations } from './infrastructure/migrations';
export { PhoneCodes } from './infrastructure/phone-codes';
export { type Client, type Session, Sessions } from './infrastructure/sessions';
export { StreamTickets } from './infrastructure/stream-tickets';
export { type Purpose, VerificationCodes } from './infrastructure/verification-codes';

/** Others send these commands of theirs alone. The steps in `application/` are known in this context only. */
export const User: Aggregate<user.UserState, user.UserCommand, UserEvent, user.KnownUser> = user.User;

/** Every aggregate of this context. */
export const aggregates = [User, Admins, EmailReservation, PhoneReservation, UsernameReservation];
