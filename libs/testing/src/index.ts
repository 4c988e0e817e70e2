export { fixedKeys } from './fixed-keys';
export { type GrpcProxy, grpcProxy } from './grpc-proxy';
export { heldMemory } from './held-memory';
export { measureDelay } from './measure-delay';
export { putOthers } from './others';
export { testSecrets } from './secrets';
export { JETSTREAM_BYTES, startServers, type TestServers, testOfEventNode } from './servers';
export { type Direction, type TcpProxy, tcpProxy } from './tcp-proxy';
export { until } from './until';
