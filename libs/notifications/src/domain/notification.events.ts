import { type EventCatalog, type Instant, type Message, plain, type Uuid } from '@yoyaku/kernel';
import type { Channel, OutsideChannel } from './kinds';
import type { Notice } from './notice';

/** The category of the streams. */
export const NOTIFICATION = 'notification';

/** Text that somebody wrote for one reader. */
export interface OwnText {
  readonly title: string;
  readonly message: string;
}

interface Notification {
  readonly notificationId: Uuid;
}

export type NotificationEvent =
  /**
   * Somebody is to be told something. Names and addresses are not in it: they are looked up when the message is written,
   * so that it goes to where its reader is now, and to nobody who was erased.
   */
  | Message<
      'NotificationRequested',
      Notification & {
        /** The user among whose notifications it is; null for a customer without an account. */
        userId: Uuid | null;
        /** The customer whom it is written to; null: the user themselves. */
        customerId: Uuid | null;
        /** The business that it is about. */
        businessId: Uuid | null;
        notice: Notice;
        channels: readonly Channel[];
        /** The language, unless its reader has one of their own. */
        locale: string;
        own: OwnText | null;
      }
    >
  | Message<'NotificationSent', Notification & { channel: OutsideChannel; provider: string; providerId: string | null }>
  /** A provider did not take it. `retryAt`: when it is tried again; null: it is not. */
  | Message<
      'NotificationNotSent',
      Notification & {
        channel: OutsideChannel;
        outcome: 'later' | 'unknown' | 'refused';
        reason: string;
        attempt: number;
        retryAt: Instant | null;
      }
    >
  /** There is nobody to send it to any more, or nothing to tell. */
  | Message<'NotificationSkipped', Notification & { channel: OutsideChannel; reason: SkipReason }>
  /** What failed is tried again, because somebody asked for it. */
  | Message<'NotificationRetried', Notification & { channels: readonly OutsideChannel[] }>
  | Message<'NotificationRewritten', Notification & { userId: Uuid | null; own: OwnText | null }>
  | Message<'NotificationRead', Notification>
  | Message<'NotificationRemoved', Notification>;

/** `no_address`: its reader has none, or was erased. `outdated`: what it is about has changed since. */
export type SkipReason = 'no_address' | 'outdated';

const ownText = { version: 1, pii: { of: 'user', subject: 'userId', fields: ['own'] } } as const;

type Stored = Readonly<Record<string, unknown>>;

/** Version 1 had the names of a booking's resources where it has their ids now. */
function withoutNames({ notice, ...data }: Stored): Stored {
  const { kind, facts } = notice as { readonly kind: string; readonly facts: Stored };
  const { resourceNames, ...rest } = facts;
  return { ...data, notice: { kind, facts: resourceNames ? { ...rest, resourceIds: [] } : rest } };
}

/** Until version 8 nobody was asked whether they want to be a member. */
function withAssignment({ notice, ...data }: Stored): Stored {
  const { kind, facts } = notice as { readonly kind: string; readonly facts: Stored };
  return { ...data, notice: { kind, facts: kind === 'invitation' ? { ...facts, assignmentId: null } : facts } };
}

/** Versions 3 to 8 may name kinds that came since the one before. */
const unchanged = (data: Stored): Stored => data;

export const notificationEvents: EventCatalog<NotificationEvent> = {
  NotificationRequested: {
    ...ownText,
    version: 9,
    upcasts: {
      1: withoutNames,
      2: unchanged,
      3: unchanged,
      4: unchanged,
      5: unchanged,
      6: unchanged,
      7: unchanged,
      8: withAssignment,
    },
  },
  NotificationSent: plain,
  NotificationNotSent: plain,
  NotificationSkipped: plain,
  NotificationRetried: plain,
  NotificationRewritten: ownText,
  NotificationRead: plain,
  NotificationRemoved: plain,
};
