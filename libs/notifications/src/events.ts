export * from './domain/notification.events';
export * from './domain/preferences.events';
