export { ChildProgram } from './child-program';
export { eventNode } from './event-node';
export { findNats, nats } from './nats';
export { NODE_OPTIONS } from './node-options';
export { dropDatabase, ensureDatabase, type PostgresOptions, postgres } from './postgres';
export { processInfo } from './process-info';
export { Resources } from './resources';
export { keepSecrets, type Secrets } from './secrets';
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
