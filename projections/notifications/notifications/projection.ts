import { sealedCopy } from '@yoyaku/eventing';
import type { NotificationEvent } from '@yoyaku/notifications/events';
import { defineProjection } from '@yoyaku/projecting';
import { notifications } from './table';

const UNREAD = '1';
const READ = '0';

/** As text that sorts by time: instants leave out milliseconds that are zero. */
const sortable = (at: string): string => new Date(at).toISOString();

/** What became of a message on that channel. */
const fares = (channel: 'email' | 'sms', status: string) => (channel === 'email' ? { email: status } : { sms: status });

/** Messages to people, and how they fare. An announcement's text stays encrypted. */
export const notificationsProjection = defineProjection<NotificationEvent>()({
  name: 'notifications',
  version: 2,
  tables: { notifications },
  on: {
    NotificationRequested: (event, rows) => {
      const { notificationId: id, userId, customerId, businessId, notice, channels, own } = event.data;
      rows.notifications.put({
        id,
        userId,
        customerId,
        businessId,
        notice,
        own: own && sealedCopy(event),
        isListed: userId !== null && channels.includes('app'),
        isRead: false,
        rank: `${UNREAD} ${sortable(event.at)}`,
        email: channels.includes('email') ? 'queued' : null,
        sms: channels.includes('sms') ? 'queued' : null,
      });
    },
    NotificationSent: ({ data: { notificationId: id, channel } }, rows) =>
      rows.notifications.patch({ id }, fares(channel, 'sent')),
    NotificationNotSent: ({ data: { notificationId: id, channel, outcome, retryAt } }, rows) => {
      const over = outcome === 'unknown' ? 'unknown' : 'failed';
      rows.notifications.patch({ id }, fares(channel, retryAt ? 'queued' : over));
    },
    NotificationSkipped: ({ data: { notificationId: id, channel } }, rows) =>
      rows.notifications.patch({ id }, fares(channel, 'skipped')),
    NotificationRetried: ({ data: { notificationId: id, channels } }, rows) => {
      for (const channel of channels) rows.notifications.patch({ id }, fares(channel, 'queued'));
    },
    NotificationRewritten: (event, rows) =>
      rows.notifications.patch({ id: event.data.notificationId }, { own: sealedCopy(event) }),
    NotificationRead: ({ data: { notificationId: id } }, rows) => {
      const { rank = '' } = rows.notifications.get({ id }) ?? {};
      rows.notifications.patch({ id }, { isRead: true, rank: `${READ}${rank.slice(UNREAD.length)}` });
    },
    NotificationRemoved: ({ data: { notificationId: id } }, rows) =>
      rows.notifications.patch({ id }, { isListed: false }),
  },
});
