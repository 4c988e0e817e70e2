import type { Unbranded } from '@yoyaku/kernel';
import type { NotificationEvent } from '@yoyaku/notifications/events';
import { type GivenEvent, runProjection } from '@yoyaku/projecting';
import { notificationsProjection } from './projection';

const notificationId = '01900000-0000-7000-8000-000000000060';
const userId = '01900000-0000-7000-8000-000000000061';
const requested: GivenEvent<Unbranded<NotificationEvent>> = {
  type: 'NotificationRequested',
  data: {
    notificationId,
    userId,
    customerId: null,
    businessId: null,
    notice: { kind: 'welcome', facts: {} },
    channels: ['app', 'email'],
    locale: 'ja',
    own: null,
  },
};
const rowsAfter = (...events: GivenEvent<Unbranded<NotificationEvent>>[]) =>
  runProjection(
    notificationsProjection,
    events.map((event) => ({ ...event, stream: `notification-${notificationId}` })),
  ).notifications;
const notSent = (retryAt: string | null): Unbranded<NotificationEvent> => ({
  type: 'NotificationNotSent',
  data: { notificationId, channel: 'email', outcome: 'later', reason: '429', attempt: 1, retryAt },
});

describe('the notifications projection', () => {
  it('lists what is for somebody who signs in, unread ones first', () => {
    expect(rowsAfter(requested)).toMatchObject([
      { isListed: true, isRead: false, rank: '1 2026-04-01T00:00:00.000Z', email: 'queued', sms: null },
    ]);
    expect(rowsAfter(requested, { type: 'NotificationRead', data: { notificationId } })).toMatchObject([
      { isRead: true, rank: '0 2026-04-01T00:00:00.000Z' },
    ]);
  });

  it('keeps a removed one for the figures alone', () => {
    const removed = { type: 'NotificationRemoved', data: { notificationId } } as const;
    expect(rowsAfter(requested, removed)).toMatchObject([{ isListed: false, email: 'queued' }]);
  });

  it('follows how a message fares', () => {
    expect(rowsAfter(requested, notSent('2026-04-01T00:01:00Z'))).toMatchObject([{ email: 'queued' }]);
    expect(rowsAfter(requested, notSent(null))).toMatchObject([{ email: 'failed' }]);
    const retried = { type: 'NotificationRetried', data: { notificationId, channels: ['email'] } } as const;
    const sent = { channel: 'email', provider: 'smtp', providerId: null } as const;
    expect(
      rowsAfter(requested, notSent(null), retried, { type: 'NotificationSent', data: { notificationId, ...sent } }),
    ).toMatchObject([{ email: 'sent' }]);
  });
});
