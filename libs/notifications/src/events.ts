export * from './domain/announcement.events';
export * from './domain/notification.events';
export * from './domain/preferences.events';
