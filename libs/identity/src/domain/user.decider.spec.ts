import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { User } from './user.decider';
import type { UserEvent } from './user.events';

const { given, fold } = specify(User.decider);

const userId = '01900000-0000-7000-8000-000000000001';
const hanako = { userId, name: 'Hanako', email: 'hanako@example.com', locale: 'ja', role: 'user' as const };
const registered: Unbranded<UserEvent> = { type: 'UserRegistered', data: hanako };
const disabled: Unbranded<UserEvent> = { type: 'UserDisabled', data: { userId, reason: 'abuse' } };

describe('a user', () => {
  it('registers', () => given([]).when({ type: 'RegisterUser', data: hanako }).then([registered]));

  it('registers once', () =>
    given([registered]).when({ type: 'RegisterUser', data: hanako }).thenRejects('identity.email_taken'));

  it('never comes of a registration that was given up', () =>
    given([{ type: 'RegistrationAbandoned', data: { userId } }])
      .when({ type: 'RegisterUser', data: hanako })
      .thenRejects('identity.email_taken'));

  it('cannot be given up after registering', () =>
    given([registered]).when({ type: 'AbandonRegistration', data: { userId } }).thenRejects('identity.email_taken'));

  it('verifies an address once', () => {
    given([registered])
      .when({ type: 'VerifyEmail', data: {} })
      .then([{ type: 'EmailVerified', data: { userId } }]);
    given([registered, { type: 'EmailVerified', data: { userId } }])
      .when({ type: 'VerifyEmail', data: {} })
      .thenNothing();
  });

  it('changes what is given of a profile and keeps the rest', () => {
    given([registered])
      .when({ type: 'ChangeProfile', data: { name: 'Hana' } })
      .then([{ type: 'UserProfileChanged', data: { userId, name: 'Hana', locale: 'ja' } }]);
    given([registered])
      .when({ type: 'ChangeProfile', data: { name: 'Hanako' } })
      .thenNothing();
  });

  it('is granted a platform role', () => {
    const granted: Unbranded<UserEvent> = { type: 'UserRoleGranted', data: { userId, role: 'auditor' } };
    given([registered])
      .when({ type: 'GrantRole', data: { role: 'auditor' } })
      .then([granted]);
    given([registered, granted])
      .when({ type: 'GrantRole', data: { role: 'auditor' } })
      .thenNothing();
    expect(fold([registered, granted])).toMatchObject({ role: 'auditor' });
  });

  it('does nothing more once disabled', () => {
    given([registered])
      .when({ type: 'DisableUser', data: { reason: 'abuse' } })
      .then([disabled]);
    given([registered, disabled])
      .when({ type: 'DisableUser', data: { reason: 'abuse' } })
      .thenNothing();
    given([registered, disabled])
      .when({ type: 'ChangeProfile', data: { name: 'Hana' } })
      .thenRejects('identity.user_disabled');
  });

  it('must be there', () => given([]).when({ type: 'VerifyEmail', data: {} }).thenRejects('user.not_found'));
});
