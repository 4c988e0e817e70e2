import { extentOf, type Permission, type Places, refusalOf } from '@yoyaku/business';
import { newUuid, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type AccessLevel,
  type AccessRule,
  isOpen,
  ofThing,
  type PermissionRule,
  type Self,
  sourceOf,
} from '../../src/http/conventions';
import type { Asker, Belongings, Thing } from './belongings';

/** What the guard says. `passed`: it let the request through, and what is answered is the route's own. */
export type Verdict = 'signed out' | 'forbidden' | 'not found' | 'passed';

const PASSES_WITH_OWN: readonly Self[] = ['first', 'else'];

type Asked = Pick<FastifyRequest, 'body' | 'query'> & { readonly path?: string };

const PASSING: Readonly<Record<Asker['platform'], readonly AccessLevel[]>> = {
  user: ['anybody', 'user', 'verified'],
  auditor: ['anybody', 'user', 'verified', 'auditor'],
  admin: ['anybody', 'user', 'verified', 'auditor', 'admin'],
};

/** The one of those belongings that a rule is about; undefined for a rule about no business. */
export function thingOf(rule: AccessRule, { name, things }: Belongings): Thing | undefined {
  const source = sourceOf(rule);
  if (!source) return undefined;
  const kind = 'kind' in source ? source.kind : 'business';
  const thing = things[kind];
  if (!thing) throw new Error(`rights/belongings.ts has no ${kind} of ${name}: a route's rule is about one`);
  return thing;
}

/** What the rule of a route and the roles' permissions say to somebody who asks for what is among those belongings. */
export function expectedOf(rule: AccessRule, asker: Asker, belongings: Belongings, asked: Asked): Verdict {
  if (isOpen(rule)) return 'passed';
  if (asker.id === null) return 'signed out';
  if (asker.maker !== undefined && !isForKeys(rule, asker, asked)) return 'forbidden';
  if (typeof rule === 'string') return PASSING[asker.platform].includes(rule) ? 'passed' : 'forbidden';
  return 'visible' in rule ? 'passed' : byPermission(rule, asker, belongings, asked);
}

/** API keys are for what is a business's: nothing is their own, and they do not sign in. */
function isForKeys(rule: AccessRule, asker: Asker, asked: Asked): boolean {
  if (rule === 'anybody') return true;
  if (typeof rule === 'string' || asked.path?.startsWith('//api/v1/auth/')) return false;
  return 'visible' in rule || (rule.forPeople !== true && selfOf(rule, asker, asked) !== 'only');
}

function selfOf({ self = 'never' }: PermissionRule, asker: Asker, asked: Asked): Self {
  const principal = { userId: asker.id as Uuid, sessionId: newUuid(), role: asker.platform };
  return typeof self === 'function' ? self(asked as FastifyRequest, principal) : self;
}

function byPermission(rule: PermissionRule, asker: Asker, belongings: Belongings, asked: Asked): Verdict {
  const thing = thingOf(rule, belongings) as Thing;
  const self = selfOf(rule, asker, asked);
  const isTheirs = thing.owner === (asker.maker ?? asker.id);
  // With `always` nobody is refused: somebody of whom there is nothing is shown nothing.
  const passesForThemselves = self === 'only' || self === 'always' || (PASSES_WITH_OWN.includes(self) && isTheirs);
  if (passesForThemselves && asker.maker === undefined) return 'passed';
  if (asker.platform === 'admin' || (asker.platform === 'auditor' && rule.or === 'auditor')) return 'passed';
  const verdict = asMember(rule, thing, asker, belongings);
  const isBarred = self === 'barred' && isTheirs && asker.standing?.role !== 'owner' && !asker.isOwners;
  return verdict === 'passed' && isBarred ? 'forbidden' : verdict;
}

function asMember(
  { permission, of, at, puts }: PermissionRule,
  thing: Thing,
  { id, maker, standing }: Asker,
  { businessId, things }: Belongings,
): Verdict {
  if (standing?.businessId !== businessId) return 'not found';
  const here = things.location?.places;
  for (const places of [at ? here : thing.places, ...(puts ? [here] : [])]) {
    const refusal = refusalOf(standing, permission, (places as Places | undefined) ?? null);
    if (refusal) return refusal === 'unseen' ? 'not found' : 'forbidden';
  }
  const isBusiness = !('kind' in of);
  return extentOf(standing.grants, permission) === 'own' && !isBusiness && thing.assignee !== (maker ?? id)
    ? 'not found'
    : 'passed';
}

const REFUSALS: Readonly<Record<string, Verdict>> = {
  401: 'signed out',
  403: 'forbidden',
  404: 'not found',
  // A place that a limited member does not see.
  422: 'not found',
};

/** @param isLetThrough by the guard: what a route says of its own may look the same */
export const verdictOf = (status: number, isLetThrough: boolean): Verdict | undefined =>
  isLetThrough ? 'passed' : REFUSALS[status];

/** The permissions by which members read what is not for everybody: one of them is enough. */
const READING: Readonly<Record<string, readonly Permission[]>> = {
  // What a customer booked is part of what is known of the customer.
  booking: ['bookings:read', 'customers:read'],
  series: ['bookings:read'],
  ticket: ['bookings:read'],
  // A booking names its customer and their user, by their ids alone.
  customer: ['customers:read', 'bookings:read'],
  note: ['notes:read'],
  user: ['customers:read', 'bookings:read'],
  member: ['staff:read'],
  // Who may audit sees that there is one.
  apikey: ['api_keys:read', 'audit:read'],
  policy: ['policies:read'],
  exception: ['schedules:read'],
  block: ['blocks:read'],
  calendar: ['blocks:read'],
};

/**
 * Ids that a route's answer to somebody must not have. What everybody may see of a business, its services for instance,
 * is told to strangers by open routes only.
 */
export function hiddenFrom(asker: Asker, all: readonly Belongings[], isOpenRoute: boolean): ReadonlySet<string> {
  if (asker.platform !== 'user') return new Set();
  const isTheirs = ({ owner }: Thing): boolean => owner !== undefined && owner === asker.id;
  const known = all.filter(({ things }) => Object.values(things).some(isTheirs)).map(({ businessId }) => businessId);
  const hidden = all.flatMap((belongings) => {
    const knows = [asker.standing?.businessId, ...known].includes(belongings.businessId);
    return Object.entries(belongings.things).flatMap(([kind, { id }]) => {
      const permissions = READING[kind];
      if (!permissions) return isOpenRoute || knows ? [] : [id];
      const isShown = permissions.some((permission) => {
        const reading = { permission, of: ofThing(kind, 'id'), self: 'else' } as const;
        return expectedOf(reading, asker, belongings, { body: {}, query: {} }) === 'passed';
      });
      return isShown ? [] : [id];
    });
  });
  return new Set(hidden);
}
