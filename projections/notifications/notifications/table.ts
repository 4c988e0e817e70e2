import type { OfType } from '@yoyaku/kernel';
import { NOTIFICATION, type NotificationEvent } from '@yoyaku/notifications/events';
import { boolean, defineAggregateTable, json, nullable, type Row, sealed, text, uuid } from '@yoyaku/projecting';

type Notice = OfType<NotificationEvent, 'NotificationRequested'>['data']['notice'];

/** Messages to people, in their list of notifications and by mail or text. */
export const notifications = defineAggregateTable('notifications', {
  of: NOTIFICATION,
  columns: {
    id: uuid,
    userId: nullable(uuid),
    customerId: nullable(uuid),
    businessId: nullable(uuid),
    notice: json<Notice>(),
    /** Of an announcement. */
    own: nullable(sealed),
    /** Whether it is in its user's list. */
    isListed: boolean,
    isRead: boolean,
    /** Sorts the list: those that are not read come first, then the newest. */
    rank: text,
    /** queued | sent | failed | unknown | skipped; null: it does not go out by that channel. */
    email: nullable(text),
    sms: nullable(text),
  },
  indexes: [{ sql: '(user_id, rank, id) where is_listed' }, ['createdAt', 'id']],
});

export type StoredNotification = Row<typeof notifications>;
