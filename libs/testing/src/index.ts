export { heldMemory } from './held-memory';
export { startServers, type TestServers } from './servers';
export { until } from './until';
