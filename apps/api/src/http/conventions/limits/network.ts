import { isIPv6, SocketAddress } from 'node:net';

/**
 * The network by which callers are counted: the IPv4 address, or the IPv6 /64. A /64 is the smallest network that a
 * customer of a provider gets, and they may use every address in it.
 */
export function networkOf(ip: string): string {
  const [given = ip] = ip.split('%', 1);
  if (!isIPv6(given)) return ip;
  const { address } = new SocketAddress({ address: given, family: 'ipv6' });
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter(Boolean);
  if (after !== undefined) {
    const behind = after.split(':').filter(Boolean).length;
    while (groups.length < 8 - behind) groups.push('0');
  }
  return `${[...groups, ...(after ?? '').split(':')].slice(0, 4).join(':')}::/64`;
}
