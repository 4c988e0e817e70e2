import type { Aggregate } from '@yoyaku/kernel';
import { Announcement } from './domain/announcement.decider';
import * as notification from './domain/notification.decider';
import type { NotificationEvent } from './domain/notification.events';
import { Preferences } from './domain/preferences.decider';

export { Notifier } from './application/notifier';
export { Announcement, type KnownAnnouncement } from './domain/announcement.decider';
export { CHANNELS, CHOSEN_CHANNELS, type Channel, channelsOf, OPTIONAL_KINDS, type Preference } from './domain/kinds';
export type { Kind, Notice } from './domain/notice';
export type { KnownNotification, NotificationCommand, NotificationState } from './domain/notification.decider';
export { Preferences } from './domain/preferences.decider';
export { NotificationsModule } from './notifications.module';
export { notificationsJobHandlers, notificationsReactions } from './reactions';
export { type AnnouncementPart, nextPart, tellAnnouncement } from './reactions/announcements';
export { migrations as notificationsMigrations } from './sending/migrations';
export { Outbox } from './sending/outbox';
export { outboxMessagePage, outboxPage } from './sending/outbox-pages';
export { readSending, type SendingSettings } from './sending/settings';
export { SendingModule } from './sending.module';
export { type Language, languageOf } from './templates/language';
export { oneLine } from './templates/one-line';
export { titled } from './templates/titled';

/** Others send these commands of theirs alone: what became of a message is recorded by who sends it. */
export const Notification: Aggregate<
  notification.NotificationState,
  notification.NotificationCommand,
  NotificationEvent,
  notification.KnownNotification
> = notification.Notification;

/** Every aggregate of this context. */
export const aggregates = [notification.Notification, Announcement, Preferences];
