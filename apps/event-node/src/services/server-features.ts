import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import type { Empty } from '@eventstore/db-client/generated/shared_pb';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { streamsDefinition } from './streams';

/** The EventStoreDB version whose behaviour the node follows. */
const FOLLOWED_VERSION = '24.10.0';

/** event_store.client.server_features.ServerFeatures: tells clients that they may use BatchAppend. */
export const serverFeaturesHandlers = {
  getSupportedMethods: (_call: ServerUnaryCall<Empty, SupportedMethods>, answer: sendUnaryData<SupportedMethods>) =>
    answer(null, supportedMethods()),
};

export const serverFeaturesDefinition = ServerFeaturesService;

function supportedMethods(): SupportedMethods {
  const supported = new SupportedMethods();
  supported.setEventStoreServerVersion(FOLLOWED_VERSION);
  for (const { path } of [...Object.values(streamsDefinition), ...Object.values(ServerFeaturesService)]) {
    const [, service, method] = path.toLowerCase().split('/');
    const entry = new SupportedMethod();
    entry.setServiceName(service!);
    entry.setMethodName(method!);
    supported.addMethods(entry);
  }
  return supported;
}
