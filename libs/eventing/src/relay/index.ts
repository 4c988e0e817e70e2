export {
  type Delivery,
  NatsChannel,
  type NatsChannelOptions,
  type RelayProgress,
  type Subscription,
} from './nats-channel';
export * from './partition';
export * from './relay';
