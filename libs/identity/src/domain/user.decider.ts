import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  type Message,
  PLATFORM,
  type Uuid,
} from '@yoyaku/kernel';
import { type PlatformRole, USER, type UserEvent, userEvents } from './user.events';

export type UserCommand = Message<'ChangeProfile', { name?: string; locale?: string }>;

/** Somebody new. They sign in by their e-mail address, or by the phone that they have proved to have. */
interface Newcomer {
  readonly userId: Uuid;
  readonly name: string | null;
  readonly email: string | null;
  readonly locale: string;
  readonly role: PlatformRole;
  readonly phone?: string;
  readonly username?: string;
}

/**
 * Steps of commands in `application/`, which also see to names that nobody else has, passwords, codes and sessions, and
 * that an admin is left.
 */
export type UserStep =
  | Message<'RegisterUser', Newcomer>
  | Message<'AbandonRegistration', { userId: Uuid }>
  | Message<'VerifyEmail', object>
  | Message<'VerifyPhone', { phone: string }>
  | Message<'RemovePhone', object>
  | Message<'ChooseUsername', { username: string | null }>
  | Message<'GrantRole', { role: PlatformRole }>
  | Message<'DisableUser', { reason: string }>
  | Message<'EnableUser', object>
  | Message<'EraseUser', object>;

interface FormerUsername {
  readonly username: string;
  /** When it was given up. */
  readonly at: Instant;
}

/** A registered user. Who signs in by phone has no e-mail address. */
export interface KnownUser {
  readonly status: 'active' | 'disabled';
  readonly userId: Uuid;
  readonly name: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** In E.164, and proved to be theirs. */
  readonly phone: string | null;
  readonly username: string | null;
  /** The user name that they gave up last; null: they never did. */
  readonly formerUsername: FormerUsername | null;
  readonly locale: string;
  readonly role: PlatformRole;
}

export type UserState =
  | { readonly status: 'none' | 'abandoned' }
  | { readonly status: 'erased'; readonly userId: Uuid }
  | KnownUser;

export const isKnown = (state: UserState): state is KnownUser =>
  state.status === 'active' || state.status === 'disabled';

const decider: Decider<UserState, UserCommand | UserStep, UserEvent> = {
  initial: { status: 'none' },
  decide: {
    RegisterUser: ({ data: { phone, username, ...registered } }, state) => {
      ensure(state.status === 'none', 'identity.email_taken', { path: 'email' });
      const { userId } = registered;
      return [
        { type: 'UserRegistered', data: registered },
        ...(phone === undefined ? [] : [{ type: 'PhoneVerified', data: { userId, phone } } as const]),
        ...(username === undefined ? [] : [{ type: 'UsernameChanged', data: { userId, username } } as const]),
      ];
    },
    AbandonRegistration: ({ data }, state) => {
      ensure(!isKnown(state), 'identity.email_taken', { path: 'email' });
      return state.status === 'none' ? [{ type: 'RegistrationAbandoned', data }] : [];
    },
    VerifyEmail: (_, state) => {
      const { userId, emailVerified } = active(state);
      return emailVerified ? [] : [{ type: 'EmailVerified', data: { userId } }];
    },
    VerifyPhone: ({ data: { phone } }, state) => {
      const user = active(state);
      return user.phone === phone ? [] : [{ type: 'PhoneVerified', data: { userId: user.userId, phone } }];
    },
    RemovePhone: (_, state) => {
      const { userId, phone, email } = active(state);
      if (phone === null) return [];
      ensure(email !== null, 'identity.only_way_in');
      return [{ type: 'PhoneRemoved', data: { userId } }];
    },
    ChooseUsername: ({ data: { username } }, state) => {
      const user = active(state);
      return user.username === username ? [] : [{ type: 'UsernameChanged', data: { userId: user.userId, username } }];
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
      const { status, userId } = known(state);
      return status === 'disabled' ? [] : [{ type: 'UserDisabled', data: { userId, reason } }];
    },
    EnableUser: (_, state) => {
      const { status, userId } = known(state);
      return status === 'active' ? [] : [{ type: 'UserEnabled', data: { userId } }];
    },
    EraseUser: (_, state) =>
      state.status === 'erased' ? [] : [{ type: 'UserErased', data: { userId: known(state).userId } }],
  },
  evolve: {
    UserRegistered: (_, { data }) => ({
      status: 'active',
      emailVerified: false,
      phone: null,
      username: null,
      formerUsername: null,
      ...data,
    }),
    RegistrationAbandoned: () => ({ status: 'abandoned' }),
    EmailVerified: (state) => ({ ...(state as KnownUser), emailVerified: true }),
    PhoneVerified: (state, { data: { phone } }) => ({ ...(state as KnownUser), phone }),
    PhoneRemoved: (state) => ({ ...(state as KnownUser), phone: null }),
    UsernameChanged: (state, { data: { username }, at }) => {
      const { username: before, formerUsername } = state as KnownUser;
      const former = before === null ? formerUsername : { username: before, at };
      return { ...(state as KnownUser), username, formerUsername: former };
    },
    UserProfileChanged: (state, { data }) => ({ ...(state as KnownUser), ...data }),
    UserRoleGranted: (state, { data: { role } }) => ({ ...(state as KnownUser), role }),
    UserDisabled: (state) => ({ ...(state as KnownUser), status: 'disabled' }),
    UserEnabled: (state) => ({ ...(state as KnownUser), status: 'active' }),
    UserErased: (_, { data: { userId } }) => ({ status: 'erased', userId }),
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
