import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { User } from './user.decider';
import type { UserEvent } from './user.events';

const { given, fold } = specify(User.decider);

const userId = '01900000-0000-7000-8000-000000000001';
const hanako = { userId, name: 'Hanako', email: 'hanako@example.com', locale: 'ja', role: 'user' as const };
const registered: Unbranded<UserEvent> = { type: 'UserRegistered', data: hanako };
const disabled: Unbranded<UserEvent> = { type: 'UserDisabled', data: { userId, reason: 'abuse' } };

const PHONE = '+819012345678';
const verified: Unbranded<UserEvent> = { type: 'PhoneVerified', data: { userId, phone: PHONE } };

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

  it('is enabled again', () => {
    const enabled: Unbranded<UserEvent> = { type: 'UserEnabled', data: { userId } };
    given([registered, disabled]).when({ type: 'EnableUser', data: {} }).then([enabled]);
    given([registered]).when({ type: 'EnableUser', data: {} }).thenNothing();
    given([registered, disabled, enabled])
      .when({ type: 'ChangeProfile', data: { name: 'Hana' } })
      .then([{ type: 'UserProfileChanged', data: { userId, name: 'Hana', locale: 'ja' } }]);
  });

  it('comes by phone, without an address', () => {
    const data = { userId, name: null, email: null, locale: 'ja', role: 'user' as const };
    given([])
      .when({ type: 'RegisterUser', data: { ...data, phone: PHONE } })
      .then([{ type: 'UserRegistered', data }, verified]);
  });

  it('verifies a phone, another in its place, and none', () => {
    given([registered])
      .when({ type: 'VerifyPhone', data: { phone: PHONE } })
      .then([verified]);
    given([registered, verified])
      .when({ type: 'VerifyPhone', data: { phone: PHONE } })
      .thenNothing();
    given([registered, verified])
      .when({ type: 'RemovePhone', data: {} })
      .then([{ type: 'PhoneRemoved', data: { userId } }]);
    given([registered]).when({ type: 'RemovePhone', data: {} }).thenNothing();
  });

  it('keeps the phone that is the only way in', () =>
    given([{ type: 'UserRegistered', data: { ...hanako, email: null } }, verified])
      .when({ type: 'RemovePhone', data: {} })
      .thenRejects('identity.only_way_in'));

  it('chooses a user name, and gives it up', () => {
    const chosen: Unbranded<UserEvent> = { type: 'UsernameChanged', data: { userId, username: 'hana' } };
    given([registered])
      .when({ type: 'ChooseUsername', data: { username: 'hana' } })
      .then([chosen]);
    given([registered, chosen])
      .when({ type: 'ChooseUsername', data: { username: 'hana' } })
      .thenNothing();
    given([registered, chosen])
      .when({ type: 'ChooseUsername', data: { username: null } })
      .then([{ type: 'UsernameChanged', data: { userId, username: null } }]);
  });

  it('is nobody any more once erased, for good', () => {
    const erased: Unbranded<UserEvent> = { type: 'UserErased', data: { userId } };
    given([registered, disabled]).when({ type: 'EraseUser', data: {} }).then([erased]);
    given([registered, erased]).when({ type: 'EraseUser', data: {} }).thenNothing();
    given([registered, erased]).when({ type: 'EnableUser', data: {} }).thenRejects('user.not_found');
    given([registered, erased]).when({ type: 'RegisterUser', data: hanako }).thenRejects('identity.email_taken');
    given([registered, erased]).when({ type: 'AbandonRegistration', data: { userId } }).thenNothing();
  });

  it('must be there', () => given([]).when({ type: 'VerifyEmail', data: {} }).thenRejects('user.not_found'));
});
