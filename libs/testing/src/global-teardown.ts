import { endCounting } from './contract-counts';

/** Jest's globalTeardown. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.endSharedServers?.();
  endCounting();
}
