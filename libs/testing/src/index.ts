export { startServers, type TestServers } from './servers';
