export { findNats, nats } from './nats';
export { dropDatabase, ensureDatabase, type PostgresOptions, postgres } from './postgres';
export { processInfo } from './process-info';
export {
  claimPort,
  freePort,
  launch,
  passableFolder,
  type RunningServer,
  type ServerSpec,
  spawnProgram,
  untilAnswering,
  untilExit,
} from './server';
