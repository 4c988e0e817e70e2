export * from './rows';
export * from './scope';
