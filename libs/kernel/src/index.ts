export * from './aggregate';
export * from './decider';
export * from './domain-error';
export * from './event-catalog';
export * from './ids';
export * from './money';
export * from './time';
