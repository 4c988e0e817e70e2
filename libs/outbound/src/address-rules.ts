import { BlockList, isIP } from 'node:net';

/** IPv4 that is not on the public internet (IANA's registry of special addresses), and multicast. */
const NOT_PUBLIC_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/**
 * Of IPv6, 2000::/3 alone is public, and in it not these. What holds an IPv4 address in itself (mapped, 6to4, Teredo,
 * NAT64) might lead to a private one, so it is refused as a whole.
 */
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const listOf = (family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, family);
  return list;
};

const private4 = listOf('ipv4', NOT_PUBLIC_4);
const global6 = listOf('ipv6', [['2000::', 3]]);
const private6 = listOf('ipv6', NOT_PUBLIC_6);

/** Whether an IP address is one of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !private4.check(address, 'ipv4');
  return family === 6 && global6.check(address, 'ipv6') && !private6.check(address, 'ipv6');
}

/** Names that are never of the public internet (RFC 2606, 6761, 6762, 9476), so that nobody is asked for them. */
const NOT_PUBLIC_NAME = /(^|\.)(alt|example|internal|invalid|local|localhost|onion|test)\.?$/;

/** A host name, an IP address, or a network as `10.0.0.0/8`; all else is not understood. */
const HOST = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/;

/** Which addresses may be asked: the public ones, and those that the installation allows by name or network. */
export class AddressRules {
  private readonly hosts = new Set<string>();
  private readonly networks = new BlockList();

  /** Throws for an entry that is not a host, an address or a network. */
  constructor(allowed: readonly string[] = []) {
    for (const entry of allowed) this.allow(entry.toLowerCase());
  }

  /** Whether whatever this host resolves to may be asked. */
  trusts(host: string): boolean {
    return this.hosts.has(host.toLowerCase());
  }

  /** Whether it is worth asking where this host is. */
  knows(host: string): boolean {
    return this.trusts(host) || !NOT_PUBLIC_NAME.test(host.toLowerCase());
  }

  /** Whether this IP address may be asked. */
  allows(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && (isPublic(address) || this.networks.check(address, family === 4 ? 'ipv4' : 'ipv6'));
  }

  private allow(entry: string): void {
    const [address = '', bits, ...more] = entry.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family !== 0 && length <= longest && more.length === 0)
      this.networks.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
    else if (bits === undefined && family === 0 && HOST.test(entry)) this.hosts.add(entry);
    else throw new Error(`${entry} is no host, address or network`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `OUTBOUND_ALLOW`; what is wrong is added to the problems. */
export function readOutbound(env: Environment, problems: string[]): AddressRules {
  const entries = (env.OUTBOUND_ALLOW ?? '').split(',').flatMap((entry) => entry.trim() || []);
  try {
    return new AddressRules(entries);
  } catch {
    problems.push('OUTBOUND_ALLOW must be host names, IP addresses or networks (10.0.0.0/8), separated by commas');
    return new AddressRules();
  }
}
