export type { Delivery } from './message';
export {
  isOfNats,
  NatsChannel,
  type NatsChannelOptions,
  type RelayProgress,
  type Subscription,
} from './nats-channel';
export * from './partition';
export * from './relay';
