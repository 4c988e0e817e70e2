export * from './rows';
export * from './rows-in';
export * from './scope';
