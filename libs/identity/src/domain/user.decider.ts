import { type Aggregate, type Decider, DomainError, ensure, type Message, PLATFORM, type Uuid } from '@yoyaku/kernel';
import { type PlatformRole, USER, type UserEvent, userEvents } from './user.events';

export type UserCommand =
  | Message<'ChangeProfile', { name?: string; locale?: string }>
  | Message<'GrantRole', { role: PlatformRole }>
  | Message<'DisableUser', { reason: string }>;

/** Steps of commands in `application/`, which also see to the address, the password and the code. */
export type UserStep =
  | Message<'RegisterUser', { userId: Uuid; name: string; email: string; locale: string; role: PlatformRole }>
  | Message<'AbandonRegistration', { userId: Uuid }>
  | Message<'VerifyEmail', object>;

/** A registered user. Name and e-mail are `null` after erasure. */
export interface KnownUser {
  readonly status: 'active' | 'disabled';
  readonly userId: Uuid;
  readonly name: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly locale: string;
  readonly role: PlatformRole;
}

export type UserState = { readonly status: 'none' | 'abandoned' } | KnownUser;

export const isKnown = (state: UserState): state is KnownUser =>
  state.status === 'active' || state.status === 'disabled';

const decider: Decider<UserState, UserCommand | UserStep, UserEvent> = {
  initial: { status: 'none' },
  decide: {
    RegisterUser: ({ data }, state) => {
      ensure(state.status === 'none', 'identity.email_taken', { path: 'email' });
      return [{ type: 'UserRegistered', data }];
    },
    AbandonRegistration: ({ data }, state) => {
      ensure(!isKnown(state), 'identity.email_taken', { path: 'email' });
      return state.status === 'abandoned' ? [] : [{ type: 'RegistrationAbandoned', data }];
    },
    VerifyEmail: (_, state) => {
      const { userId, emailVerified } = active(state);
      return emailVerified ? [] : [{ type: 'EmailVerified', data: { userId } }];
    },
    ChangeProfile: ({ data }, state) => {
      const { userId, name, locale } = active(state);
      const next = { userId, name, locale, ...data };
      const changed = next.name !== name || next.locale !== locale;
      return changed ? [{ type: 'UserProfileChanged', data: next }] : [];
    },
    GrantRole: ({ data: { role } }, state) => {
      const user = active(state);
      return user.role === role ? [] : [{ type: 'UserRoleGranted', data: { userId: user.userId, role } }];
    },
    DisableUser: ({ data: { reason } }, state) => {
      if (state.status === 'disabled') return [];
      return [{ type: 'UserDisabled', data: { userId: active(state).userId, reason } }];
    },
  },
  evolve: {
    UserRegistered: (_, { data }) => ({ status: 'active', emailVerified: false, ...data }),
    RegistrationAbandoned: () => ({ status: 'abandoned' }),
    EmailVerified: (state) => ({ ...(state as KnownUser), emailVerified: true }),
    UserProfileChanged: (state, { data }) => ({ ...(state as KnownUser), ...data }),
    UserRoleGranted: (state, { data: { role } }) => ({ ...(state as KnownUser), role }),
    UserDisabled: (state) => ({ ...(state as KnownUser), status: 'disabled' }),
  },
};

function active(state: UserState): KnownUser {
  const user = known(state);
  ensure(user.status === 'active', 'identity.user_disabled');
  return user;
}

function known(state: UserState): KnownUser {
  if (!isKnown(state)) throw new DomainError('user.not_found');
  return state;
}

export const User: Aggregate<UserState, UserCommand | UserStep, UserEvent, KnownUser> = {
  category: USER,
  decider,
  events: userEvents,
  tenantOf: () => PLATFORM,
  known,
};
