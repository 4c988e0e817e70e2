import type { Config } from '@yoyaku/composition';

type Trust = false | string[] | ((address: string, hop: number) => boolean);

/**
 * Fastify's `trustProxy`. It takes a bare number of proxies for nobody, because whoever reaches the api past its proxy
 * could then pretend to be anyone: an installation that gives a number must not let anybody do so.
 */
export function trustOf(proxies: Config['trustedProxies']): Trust {
  if (typeof proxies === 'object') return [...proxies];
  return proxies > 0 && ((_address, hop) => hop < proxies);
}
