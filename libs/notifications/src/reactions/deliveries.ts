import { defineReaction, type Job } from '@yoyaku/reacting';
import { sendMessage } from '../application/send-messages';
import type { OutsideChannel } from '../domain/kinds';
import type { NotificationEvent } from '../domain/notification.events';

const firstTries = (
  notificationId: Parameters<typeof sendMessage.job>[0]['notificationId'],
  channels: readonly string[],
): Job[] =>
  channels
    .filter((channel): channel is OutsideChannel => channel !== 'app')
    .map((channel) => sendMessage.job({ notificationId, channel, attempt: 1 }));

/** Messages that were asked for are sent, and those that a provider did not take are sent again. */
export const deliveries = defineReaction<NotificationEvent>({
  name: 'deliveries',
  version: 1,
  from: 'beginning',
  on: {
    NotificationRequested: ({ data: { notificationId, channels } }) => firstTries(notificationId, channels),
    NotificationRetried: ({ data: { notificationId, channels } }) => firstTries(notificationId, channels),
    NotificationNotSent: ({ data: { notificationId, channel, attempt, retryAt } }) =>
      retryAt ? [sendMessage.job({ notificationId, channel, attempt: attempt + 1 }, { at: retryAt })] : [],
  },
});
