import type { UserEvent } from '@yoyaku/identity/events';
import { defineProjection } from '@yoyaku/projecting';
import { users } from './table';

export const usersProjection = defineProjection<UserEvent>()({
  name: 'users',
  version: 4,
  tables: { users },
  ignored: ['RegistrationAbandoned'],
  on: {
    UserRegistered: ({ data: { userId, name, email, locale, role } }, { users }) =>
      users.put({
        id: userId,
        name,
        email,
        emailVerified: false,
        phone: null,
        username: null,
        locale,
        role,
        status: 'active',
      }),
    EmailVerified: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { emailVerified: true }),
    PhoneVerified: ({ data: { userId, phone } }, { users }) => users.patch({ id: userId }, { phone }),
    PhoneRemoved: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { phone: null }),
    UsernameChanged: ({ data: { userId, username } }, { users }) => users.patch({ id: userId }, { username }),
    UserProfileChanged: ({ data: { userId, name, locale } }, { users }) =>
      users.patch({ id: userId }, { name, locale }),
    UserRoleGranted: ({ data: { userId, role } }, { users }) => users.patch({ id: userId }, { role }),
    UserDisabled: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { status: 'disabled' }),
    UserEnabled: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { status: 'active' }),
    UserErased: ({ data: { userId } }, { users }) =>
      users.patch({ id: userId }, { status: 'erased', name: null, email: null, phone: null, username: null }),
  },
});
