import type { UserEvent } from '@yoyaku/identity/events';
import { defineProjection } from '@yoyaku/projecting';
import { users } from './table';

export const usersProjection = defineProjection<UserEvent>()({
  name: 'users',
  version: 2,
  tables: { users },
  on: {
    UserRegistered: ({ data: { userId, name, email, locale, role }, at }, { users }) =>
      users.put({
        id: userId,
        name,
        email,
        emailVerified: false,
        locale,
        role,
        status: 'active',
        createdAt: at,
        updatedAt: at,
      }),
    EmailVerified: ({ data: { userId }, at }, { users }) =>
      users.patch({ id: userId }, { emailVerified: true, updatedAt: at }),
    UserProfileChanged: ({ data: { userId, name, locale }, at }, { users }) =>
      users.patch({ id: userId }, { name, locale, updatedAt: at }),
    UserRoleGranted: ({ data: { userId, role }, at }, { users }) =>
      users.patch({ id: userId }, { role, updatedAt: at }),
    UserDisabled: ({ data: { userId }, at }, { users }) =>
      users.patch({ id: userId }, { status: 'disabled', updatedAt: at }),
  },
});
