export * from './domain/user.events';
