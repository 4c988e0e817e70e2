import { beginCounting } from './contract-counts';
import { testSecrets } from './secrets';
import { serveSharedServers } from './shared-servers';

declare global {
  var endSharedServers: (() => Promise<void>) | undefined;
}

/** Jest's globalSetup; the teardown is another file, which finds what to end on the global object. */
export default async function globalSetup(): Promise<void> {
  Object.assign(process.env, testSecrets);
  beginCounting();
  globalThis.endSharedServers = await serveSharedServers();
}
