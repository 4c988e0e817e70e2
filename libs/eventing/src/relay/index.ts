export type { Delivery } from './message';
export { NatsChannel, type NatsChannelOptions, type RelayProgress, type Subscription } from './nats-channel';
export { isOfNats } from './nats-errors';
export * from './partition';
export * from './relay';
