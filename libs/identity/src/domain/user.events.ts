import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const USER = 'user';

export type PlatformRole = 'user' | 'admin' | 'auditor';

/** Name and e-mail are `null` after erasure. Who signs in by phone has no e-mail address, and may have no name yet. */
export type UserRegistered = Message<
  'UserRegistered',
  { userId: Uuid; name: string | null; email: string | null; locale: string; role: PlatformRole }
>;
/** The e-mail address was reserved, but the registration never finished and another one took the address. */
export type RegistrationAbandoned = Message<'RegistrationAbandoned', { userId: Uuid }>;
export type EmailVerified = Message<'EmailVerified', { userId: Uuid }>;
/** They have the phone: somebody typed the code that was sent to it. `null` after erasure. */
export type PhoneVerified = Message<'PhoneVerified', { userId: Uuid; phone: string | null }>;
export type PhoneRemoved = Message<'PhoneRemoved', { userId: Uuid }>;
/** `null`: they gave their user name up; or after erasure. */
export type UsernameChanged = Message<'UsernameChanged', { userId: Uuid; username: string | null }>;
export type UserProfileChanged = Message<'UserProfileChanged', { userId: Uuid; name: string | null; locale: string }>;
export type UserRoleGranted = Message<'UserRoleGranted', { userId: Uuid; role: PlatformRole }>;
export type UserDisabled = Message<'UserDisabled', { userId: Uuid; reason: string }>;
export type UserEnabled = Message<'UserEnabled', { userId: Uuid }>;
/** Their key is to be destroyed, and with it all personal data. */
export type UserErased = Message<'UserErased', { userId: Uuid }>;

export type UserEvent =
  | UserRegistered
  | RegistrationAbandoned
  | EmailVerified
  | PhoneVerified
  | PhoneRemoved
  | UsernameChanged
  | UserProfileChanged
  | UserRoleGranted
  | UserDisabled
  | UserEnabled
  | UserErased;

const personal = <const Fields extends readonly string[]>(...fields: Fields) =>
  ({ version: 1, pii: { of: USER, subject: 'userId', fields } }) as const;

export const userEvents: EventCatalog<UserEvent> = {
  UserRegistered: personal('name', 'email'),
  RegistrationAbandoned: plain,
  EmailVerified: plain,
  PhoneVerified: personal('phone'),
  PhoneRemoved: plain,
  UsernameChanged: personal('username'),
  UserProfileChanged: personal('name'),
  UserRoleGranted: plain,
  UserDisabled: plain,
  UserEnabled: plain,
  UserErased: plain,
};
