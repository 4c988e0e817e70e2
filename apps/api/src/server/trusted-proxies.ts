import type { Config } from '@yoyaku/composition';

type Trust = false | string[] | ((address: string, hop: number) => boolean);

/**
 * Fastify's `trustProxy`. Given a bare number Fastify trusts no proxy at all, because clients that reach the api directly
 * could then claim any address. So a number becomes a function: whoever configures one sees to it that clients cannot
 * pass the proxies by.
 */
export function trustOf(proxies: Config['trustedProxies']): Trust {
  if (typeof proxies === 'object') return [...proxies];
  return proxies > 0 && ((_address, hop) => hop < proxies);
}
