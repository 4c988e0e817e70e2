import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type Message,
  type OfType,
  PLATFORM,
  type Uuid,
} from '@yoyaku/kernel';
import type { OutsideChannel } from './kinds';
import {
  NOTIFICATION,
  type NotificationEvent,
  notificationEvents,
  type OwnText,
  type SkipReason,
} from './notification.events';

type Requested = OfType<NotificationEvent, 'NotificationRequested'>['data'];

/** `by`: the user who asks, whose own it must be. */
export type NotificationCommand =
  | Message<'RequestNotification', Requested>
  | Message<'ReadNotification', { by: Uuid }>
  | Message<'RemoveNotification', { by: Uuid }>
  | Message<'RewriteNotification', Partial<OwnText>>
  | Message<'RetryNotification', object>;

/** What whoever sends messages has seen. */
export type NotificationStep =
  | Message<'RecordSent', { channel: OutsideChannel; provider: string; providerId: string | null }>
  | Message<
      'RecordNotSent',
      {
        channel: OutsideChannel;
        outcome: 'later' | 'unknown' | 'refused';
        reason: string;
        attempt: number;
        retryAt: Instant | null;
      }
    >
  | Message<'RecordSkipped', { channel: OutsideChannel; reason: SkipReason }>;

/** How a message fares on one channel. */
interface Delivery {
  /** `unknown`: a provider may have taken it, and nobody knows. */
  readonly status: 'queued' | 'sent' | 'failed' | 'unknown' | 'skipped';
  /** How often it was tried in vain since it was asked for, or asked for again. */
  readonly attempts: number;
  /** Why it was not sent. */
  readonly reason: string | null;
}

export interface KnownNotification extends Requested {
  readonly status: 'active' | 'removed';
  readonly isRead: boolean;
  readonly deliveries: Readonly<Partial<Record<OutsideChannel, Delivery>>>;
}

export type NotificationState = { readonly status: 'none' } | KnownNotification;

const QUEUED: Delivery = { status: 'queued', attempts: 0, reason: null };

const decider: Decider<NotificationState, NotificationCommand | NotificationStep, NotificationEvent> = {
  initial: { status: 'none' },
  decide: {
    RequestNotification: ({ data }, state) =>
      state.status === 'none' ? [{ type: 'NotificationRequested', data }] : [],
    ReadNotification: ({ data: { by } }, state) => {
      const { notificationId, isRead } = own(state, by);
      return isRead ? [] : [{ type: 'NotificationRead', data: { notificationId } }];
    },
    RemoveNotification: ({ data: { by } }, state) => {
      if (state.status === 'removed' && state.userId === by) return [];
      return [{ type: 'NotificationRemoved', data: { notificationId: own(state, by).notificationId } }];
    },
    RewriteNotification: ({ data }, state) => {
      const { notificationId, userId, own: text, notice } = known(state);
      ensure(notice.kind === 'announcement', 'notification.not_written_by_hand');
      ensure(text, 'person.erased');
      const rewritten = { ...text, ...data };
      if (isSame(rewritten, text)) return [];
      return [{ type: 'NotificationRewritten', data: { notificationId, userId, own: rewritten } }];
    },
    RetryNotification: (_, state) => {
      const { notificationId, deliveries } = known(state);
      const channels = (Object.keys(deliveries) as OutsideChannel[]).filter((channel) => isOver(deliveries[channel]));
      return channels.length === 0 ? [] : [{ type: 'NotificationRetried', data: { notificationId, channels } }];
    },
    RecordSent: ({ data }, state) => {
      const { notificationId } = known(state);
      return isQueued(state, data.channel) ? [{ type: 'NotificationSent', data: { notificationId, ...data } }] : [];
    },
    RecordNotSent: ({ data }, state) => {
      const { notificationId, deliveries } = known(state);
      const isNew = isQueued(state, data.channel) && data.attempt > (deliveries[data.channel]?.attempts ?? 0);
      return isNew ? [{ type: 'NotificationNotSent', data: { notificationId, ...data } }] : [];
    },
    RecordSkipped: ({ data }, state) => {
      const { notificationId } = known(state);
      return isQueued(state, data.channel) ? [{ type: 'NotificationSkipped', data: { notificationId, ...data } }] : [];
    },
  },
  evolve: {
    NotificationRequested: (_, { data }) => ({
      ...data,
      status: 'active',
      isRead: false,
      deliveries: Object.fromEntries(data.channels.filter(isOutside).map((channel) => [channel, QUEUED])),
    }),
    NotificationSent: (state, { data: { channel } }) => delivered(state, channel, { status: 'sent', reason: null }),
    NotificationNotSent: (state, { data: { channel, outcome, reason, attempt, retryAt } }) => {
      const over = outcome === 'unknown' ? 'unknown' : 'failed';
      return delivered(state, channel, { status: retryAt ? 'queued' : over, attempts: attempt, reason });
    },
    NotificationSkipped: (state, { data: { channel, reason } }) =>
      delivered(state, channel, { status: 'skipped', reason }),
    NotificationRetried: (state, { data: { channels } }) =>
      channels.reduce((next, channel) => delivered(next, channel, QUEUED), state),
    NotificationRewritten: (state, { data: { own } }) => change(state, { own }),
    NotificationRead: (state) => change(state, { isRead: true }),
    NotificationRemoved: (state) => change(state, { status: 'removed' }),
  },
};

const isOutside = (channel: string): channel is OutsideChannel => channel !== 'app';

/** Whether nobody tries to send it any more, though it was not sent. */
const isOver = (delivery: Delivery | undefined): boolean =>
  delivery?.status === 'failed' || delivery?.status === 'unknown';

const isQueued = (state: NotificationState, channel: OutsideChannel): boolean =>
  known(state).deliveries[channel]?.status === 'queued';

const change = (state: NotificationState, changed: Partial<KnownNotification>): KnownNotification => ({
  ...(state as KnownNotification),
  ...changed,
});

function delivered(state: NotificationState, channel: OutsideChannel, changed: Partial<Delivery>): KnownNotification {
  const { deliveries } = state as KnownNotification;
  return change(state, { deliveries: { ...deliveries, [channel]: { ...QUEUED, ...deliveries[channel], ...changed } } });
}

function known(state: NotificationState): KnownNotification {
  if (state.status === 'none') throw new DomainError('notification.not_found');
  return state;
}

/** What is somebody's own, and still in their list. Of others' they are told nothing. */
function own(state: NotificationState, by: Uuid): KnownNotification {
  const notification = known(state);
  const isTheirs = notification.userId === by && notification.channels.includes('app');
  ensure(isTheirs && notification.status === 'active', 'notification.not_found');
  return notification;
}

/** A message belongs to its reader, whatever business it is about. */
export const Notification: Aggregate<
  NotificationState,
  NotificationCommand | NotificationStep,
  NotificationEvent,
  KnownNotification
> = {
  category: NOTIFICATION,
  decider,
  events: notificationEvents,
  tenantOf: () => PLATFORM,
  known,
};
