import type { UserEvent } from '@yoyaku/identity/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { usersProjection } from './projection';

const userId = '01900000-0000-7000-8000-000000000001';
const registered: Unbranded<UserEvent> = {
  type: 'UserRegistered',
  data: { userId, name: 'Hanako', email: 'hanako@example.com', locale: 'ja', role: 'user' },
};
const rowsOf = (...events: Unbranded<UserEvent>[]) =>
  runProjection(
    usersProjection,
    events.map((event) => ({ ...event, stream: `user-${userId}` })),
  ).users;

describe('users', () => {
  it('has a row for everybody who registered', () =>
    expect(rowsOf(registered)).toEqual([
      {
        id: userId,
        name: 'Hanako',
        email: 'hanako@example.com',
        emailVerified: false,
        locale: 'ja',
        role: 'user',
        status: 'active',
        phone: null,
        username: null,
        revision: 0,
        createdAt: '2026-04-01T00:00:00Z',
        updatedAt: '2026-04-01T00:00:00Z',
      },
    ]));

  it('follows what becomes of them', () =>
    expect(
      rowsOf(
        registered,
        { type: 'EmailVerified', data: { userId } },
        { type: 'UserProfileChanged', data: { userId, name: 'Hana', locale: 'en' } },
        { type: 'UserRoleGranted', data: { userId, role: 'auditor' } },
        { type: 'UserDisabled', data: { userId, reason: 'asked to' } },
      ),
    ).toMatchObject([{ name: 'Hana', locale: 'en', emailVerified: true, role: 'auditor', status: 'disabled' }]));

  it('knows what they sign in by, and forgets it with them', () => {
    const named: Unbranded<UserEvent>[] = [
      registered,
      { type: 'PhoneVerified', data: { userId, phone: '+819012345678' } },
      { type: 'UsernameChanged', data: { userId, username: 'hanako' } },
    ];
    expect(rowsOf(...named)).toMatchObject([{ phone: '+819012345678', username: 'hanako' }]);
    expect(rowsOf(...named, { type: 'PhoneRemoved', data: { userId } })).toMatchObject([{ phone: null }]);
    const forgotten = { status: 'erased', name: null, email: null, phone: null, username: null };
    expect(rowsOf(...named, { type: 'UserErased', data: { userId } })).toMatchObject([forgotten]);
  });

  it('shows who is enabled again', () =>
    expect(
      rowsOf(
        registered,
        { type: 'UserDisabled', data: { userId, reason: 'asked to' } },
        { type: 'UserEnabled', data: { userId } },
      ),
    ).toMatchObject([{ status: 'active' }]));

  it('has no row for a registration that was given up', () =>
    expect(rowsOf({ type: 'RegistrationAbandoned', data: { userId } })).toEqual([]));
});
