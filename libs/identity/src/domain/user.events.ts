import type { EventCatalog, Message, Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const USER = 'user';

export type PlatformRole = 'user' | 'admin' | 'auditor';

/** Name and e-mail are `null` after erasure. */
export type UserRegistered = Message<
  'UserRegistered',
  { userId: Uuid; name: string | null; email: string | null; locale: string; role: PlatformRole }
>;
/** The e-mail address was reserved, but the registration never finished and another one took the address. */
export type RegistrationAbandoned = Message<'RegistrationAbandoned', { userId: Uuid }>;
export type EmailVerified = Message<'EmailVerified', { userId: Uuid }>;
export type UserProfileChanged = Message<'UserProfileChanged', { userId: Uuid; name: string | null; locale: string }>;
export type UserRoleGranted = Message<'UserRoleGranted', { userId: Uuid; role: PlatformRole }>;
export type UserDisabled = Message<'UserDisabled', { userId: Uuid; reason: string }>;

export type UserEvent =
  | UserRegistered
  | RegistrationAbandoned
  | EmailVerified
  | UserProfileChanged
  | UserRoleGranted
  | UserDisabled;

export const userEvents: EventCatalog<UserEvent> = {
  UserRegistered: { version: 1, pii: { of: 'user', subject: 'userId', fields: ['name', 'email'] } },
  RegistrationAbandoned: { version: 1 },
  EmailVerified: { version: 1 },
  UserProfileChanged: { version: 1, pii: { of: 'user', subject: 'userId', fields: ['name'] } },
  UserRoleGranted: { version: 1 },
  UserDisabled: { version: 1 },
};
