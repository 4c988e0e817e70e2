import { domainToASCII } from 'node:url';
import { RESERVED_SLUGS } from '@yoyaku/business';

/** What a host is for: people of a business with that role, or those of the platform. */
const AREAS = ['owner', 'manager', 'staff', 'admin'] as const;
export type Area = (typeof AREAS)[number];

export interface Host {
  /** Of the business. */
  readonly slug: string | null;
  readonly area: Area | null;
}

const SLUG = /^[a-z0-9-]{1,63}$/;

/**
 * Reads hosts below the base domain: `{slug}.`, `owner.{slug}.`, `manager.{slug}.`, `staff.{slug}.`, and `admin.` itself.
 * The names in them are ASCII, as they are in requests, also where people see them in their own script.
 */
export class Hosts {
  private readonly below: string;

  constructor(baseDomain: string) {
    this.below = `.${plain(domainToASCII(baseDomain) || baseDomain)}`;
  }

  /**
   * `name` is without a port. Undefined: it is not below the base domain, or the platform's own. What is below it and of no
   * form that we know is a host without a business: its slug is one that nobody can have.
   */
  read(name: string): Host | undefined {
    const host = plain(name);
    if (!host.endsWith(this.below)) return undefined;
    const labels = host.slice(0, -this.below.length).split('.');
    const [last = '', area, more] = labels.toReversed();
    if (area === undefined) return ofOne(last);
    const known = AREAS.find((each) => each === area && each !== 'admin');
    return { slug: known && more === undefined && SLUG.test(last) ? last : NOBODY, area: known ?? null };
  }
}

const NOBODY = '';

function ofOne(label: string): Host | undefined {
  if (label === 'admin') return { slug: null, area: 'admin' };
  if (RESERVED_SLUGS.has(label)) return undefined;
  return { slug: SLUG.test(label) ? label : NOBODY, area: null };
}

/** Names of hosts are the same in capitals, and with the dot that ends them. */
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');
