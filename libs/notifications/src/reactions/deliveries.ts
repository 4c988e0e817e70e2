import type { Uuid } from '@yoyaku/kernel';
import { defineReaction, type Job } from '@yoyaku/reacting';
import { sending } from '../application/send-messages';
import type { OutsideChannel } from '../domain/kinds';
import type { NotificationEvent } from '../domain/notification.events';

const firstTries = (notificationId: Uuid, channels: readonly string[]): Job[] =>
  channels
    .filter((channel): channel is OutsideChannel => channel !== 'app')
    .map((channel) => sending[channel].job({ notificationId, attempt: 1 }));

/** Messages that were asked for are sent, and those that a provider did not take are sent again. */
export const deliveries = defineReaction<NotificationEvent>({
  name: 'deliveries',
  version: 2,
  from: 'beginning',
  on: {
    NotificationRequested: ({ data: { notificationId, channels } }) => firstTries(notificationId, channels),
    NotificationRetried: ({ data: { notificationId, channels } }) => firstTries(notificationId, channels),
    NotificationNotSent: ({ data: { notificationId, channel, attempt, retryAt } }) =>
      retryAt ? [sending[channel].job({ notificationId, attempt: attempt + 1 }, { at: retryAt })] : [],
  },
});
