import {
  type Aggregate,
  type Decider,
  type EventCatalog,
  ensure,
  type Message,
  PLATFORM,
  plain,
  type Uuid,
} from '@yoyaku/kernel';

/** There is one stream of them. */
export const ADMINS_ID = PLATFORM;

/** Steps of commands in `application/`, before somebody stops being an admin and after they became one. */
type AdminsStep = Message<'EnrolAdmin', { userId: Uuid }> | Message<'DismissAdmin', { userId: Uuid }>;

type AdminsEvent = Message<'AdminEnrolled', { userId: Uuid }> | Message<'AdminDismissed', { userId: Uuid }>;

interface AdminsState {
  readonly userIds: readonly Uuid[];
}

const events: EventCatalog<AdminsEvent> = { AdminEnrolled: plain, AdminDismissed: plain };

const decider: Decider<AdminsState, AdminsStep, AdminsEvent> = {
  initial: { userIds: [] },
  decide: {
    EnrolAdmin: ({ data }, { userIds }) => (userIds.includes(data.userId) ? [] : [{ type: 'AdminEnrolled', data }]),
    DismissAdmin: ({ data }, { userIds }) => {
      const others = userIds.filter((id) => id !== data.userId);
      ensure(others.length > 0, 'identity.last_admin');
      return userIds.length > others.length ? [{ type: 'AdminDismissed', data }] : [];
    },
  },
  evolve: {
    AdminEnrolled: ({ userIds }, { data: { userId } }) => ({ userIds: [...userIds, userId] }),
    AdminDismissed: ({ userIds }, { data: { userId } }) => ({ userIds: userIds.filter((id) => id !== userId) }),
  },
};

/**
 * Whoever is an admin and may sign in. Two of them who take each other's rights at once meet here: one is left. The
 * installation's own admin is enrolled whenever a process starts; others who came before this list was kept are not on it,
 * so that at worst somebody is refused who could have gone.
 */
export const Admins: Aggregate<AdminsState, AdminsStep, AdminsEvent> = {
  category: 'admins',
  decider,
  events,
  tenantOf: () => PLATFORM,
};
