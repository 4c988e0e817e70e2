import type { Unbranded } from '@yoyaku/kernel';
import { id, specify } from '@yoyaku/kernel/specification';
import { Notification, type NotificationCommand } from './notification.decider';
import type { NotificationEvent } from './notification.events';

const { given, fold } = specify(Notification.decider);
const notificationId = 'n1';
const data = {
  notificationId,
  userId: 'hanako',
  customerId: null,
  businessId: null,
  notice: { kind: 'announcement', facts: {} },
  channels: ['app', 'email'],
  locale: 'ja',
  own: { title: 'News', message: 'We move' },
} as const;
const requested: Unbranded<NotificationEvent> = { type: 'NotificationRequested', data };
const failed = (attempt: number, retryAt: string | null): Unbranded<NotificationEvent> => ({
  type: 'NotificationNotSent',
  data: { notificationId, channel: 'email', outcome: 'unknown', reason: '500', attempt, retryAt },
});
const sent = { channel: 'email', provider: 'smtp', providerId: null } as const;
const skipped = { channel: 'email', reason: 'no_address' } as const;
const read = { type: 'ReadNotification', data: { by: id('hanako') } } as const;
const removed: Unbranded<NotificationEvent> = { type: 'NotificationRemoved', data: { notificationId } };

describe('a notification', () => {
  it('is asked for once', () => {
    const request = { type: 'RequestNotification', data } as Unbranded<NotificationCommand>;
    given([])
      .when(request as never)
      .then([requested]);
    given([requested])
      .when(request as never)
      .thenNothing();
  });

  it('is read and removed by its reader alone', () => {
    const event: Unbranded<NotificationEvent> = { type: 'NotificationRead', data: { notificationId } };
    given([requested]).when(read).then([event]);
    given([requested, event]).when(read).thenNothing();
    const byTaro = { type: 'ReadNotification', data: { by: id('taro') } } as const;
    given([requested]).when(byTaro).thenRejects('notification.not_found');
    given([requested, removed]).when(read).thenRejects('notification.not_found');
    const remove = { type: 'RemoveNotification', data: { by: id('hanako') } } as const;
    given([requested]).when(remove).then([removed]);
    given([requested, removed]).when(remove).thenNothing();
    given([requested, removed])
      .when({ ...remove, data: { by: id('taro') } })
      .thenRejects('notification.not_found');
  });

  it('is nobody’s to read where it only goes out by mail', () => {
    const mail = { ...requested, data: { ...data, channels: ['email'] } } as Unbranded<NotificationEvent>;
    given([mail]).when(read).thenRejects('notification.not_found');
  });

  it('is sent once, and no more after that', () => {
    const record = { type: 'RecordSent', data: sent } as const;
    const event: Unbranded<NotificationEvent> = { type: 'NotificationSent', data: { notificationId, ...sent } };
    given([requested]).when(record).then([event]);
    given([requested, event]).when(record).thenNothing();
    given([requested, event]).when({ type: 'RecordSkipped', data: skipped }).thenNothing();
    given([requested, event]).when({ type: 'RetryNotification', data: {} }).thenNothing();
  });

  it('counts what failed, each try once, and is queued until it is given up', () => {
    const { data: failure } = failed(1, '2026-04-01T00:01:00Z') as Extract<
      Unbranded<NotificationEvent>,
      { type: 'NotificationNotSent' }
    >;
    const { notificationId: _, ...again } = failure;
    given([requested, failed(1, null)])
      .when({ type: 'RecordNotSent', data: again } as never)
      .thenNothing();
    expect(fold([requested, failed(1, '2026-04-01T00:01:00Z')])).toMatchObject({
      deliveries: { email: { status: 'queued', attempts: 1 } },
    });
    expect(fold([requested, failed(2, null)])).toMatchObject({ deliveries: { email: { status: 'unknown' } } });
  });

  it('is tried again when somebody asks for it, from the first try on', () => {
    const retry = { type: 'RetryNotification', data: {} } as const;
    const retried: Unbranded<NotificationEvent> = {
      type: 'NotificationRetried',
      data: { notificationId, channels: ['email'] },
    };
    given([requested, failed(2, null)])
      .when(retry)
      .then([retried]);
    given([requested]).when(retry).thenNothing();
    expect(fold([requested, failed(2, null), retried])).toMatchObject({
      deliveries: { email: { status: 'queued', attempts: 0 } },
    });
  });

  it('is rewritten where it is somebody’s own text', () => {
    const rewrite = { type: 'RewriteNotification', data: { title: 'Old news' } } as const;
    const own = { title: 'Old news', message: 'We move' };
    given([requested])
      .when(rewrite)
      .then([{ type: 'NotificationRewritten', data: { notificationId, userId: 'hanako', own } }]);
    const welcome = { ...data, notice: { kind: 'welcome', facts: {} }, own: null } as const;
    given([{ type: 'NotificationRequested', data: welcome }])
      .when(rewrite)
      .thenRejects('notification.not_written_by_hand');
    given([{ type: 'NotificationRequested', data: { ...data, own: null } }])
      .when(rewrite)
      .thenRejects('person.erased');
  });
});
