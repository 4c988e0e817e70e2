export { startServers, type TestServers } from './servers';
export { until } from './until';
