import type { UserEvent } from '@yoyaku/identity/events';
import { defineProjection } from '@yoyaku/projecting';
import { users } from './table';

export const usersProjection = defineProjection<UserEvent>()({
  name: 'users',
  version: 3,
  tables: { users },
  ignored: ['RegistrationAbandoned'],
  on: {
    UserRegistered: ({ data: { userId, name, email, locale, role } }, { users }) =>
      users.put({
        id: userId,
        name,
        email,
        emailVerified: false,
        locale,
        role,
        status: 'active',
      }),
    EmailVerified: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { emailVerified: true }),
    UserProfileChanged: ({ data: { userId, name, locale } }, { users }) =>
      users.patch({ id: userId }, { name, locale }),
    UserRoleGranted: ({ data: { userId, role } }, { users }) => users.patch({ id: userId }, { role }),
    UserDisabled: ({ data: { userId } }, { users }) => users.patch({ id: userId }, { status: 'disabled' }),
  },
});
