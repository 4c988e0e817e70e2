import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import type { GrpcCall } from '../wire/call';
import type { Handlers } from '../wire/server';

/** The EventStoreDB version whose behaviour the node follows. */
const FOLLOWED_VERSION = '24.10.0';
const PATH = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';

/** event_store.client.server_features.ServerFeatures, from which clients learn that they may use BatchAppend. */
export const serverFeaturesHandlers = (others: Handlers): Handlers => ({
  [PATH]: (call: GrpcCall) => {
    call.send(supportedMethods([PATH, ...Object.keys(others)]));
    call.end();
  },
});

function supportedMethods(paths: readonly string[]): Buffer {
  const supported = new SupportedMethods();
  supported.setEventStoreServerVersion(FOLLOWED_VERSION);
  for (const path of paths) {
    const [, service, method] = path.toLowerCase().split('/');
    const entry = new SupportedMethod();
    entry.setServiceName(service!);
    entry.setMethodName(method!);
    supported.addMethods(entry);
  }
  return Buffer.from(supported.serializeBinary());
}
