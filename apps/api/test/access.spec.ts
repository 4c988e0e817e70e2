import { ROLES, scopeOf } from '@yoyaku/business';
import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import {
  type AccessLevel,
  calledOf,
  type IdSource,
  isOpen,
  type PermissionRule,
  sourceOf,
} from '../src/http/conventions';
import { everyRoute, type Route } from '../src/http/conventions/access/every-route';
import { AT_THE_ROOT } from '../src/http/routes';
import { type ABusiness, aBusiness, type Person, somebody, tokenOf } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/**
 * Every route of the product × every role, at one's own business and at another's × every state a token can be in. The
 * routes are the application's own: one that is added is covered; one about a new kind of thing asks for an example
 * of it in `a-business.ts`.
 */
let api: ApiUnderTest;
let routes: Route[];
let salon: ABusiness;
let rival: ABusiness;
let stranger: Person;
let auditor: Person;
let admin: Person;
/** By which the salon's customer came to be. */
let event: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  routes = everyRoute(api.app);
  [stranger, auditor, admin] = await Promise.all([somebody(api), somebody(api, 'auditor'), somebody(api, 'admin')]);
  [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
  const history = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`customer-${salon.things.customer}`));
  event = history[0]?.id ?? '';
}, 60_000);
afterAll(() => api.stop());

type Verdict = 'signed out' | 'forbidden' | 'not found' | 'passed';

/** What the guard said; what a route says of its own (a missing field, a broken rule, a stale ETag) is behind it. */
const verdictOf = ({ status, body }: Reply, rule: Route['rule']): Verdict => {
  if (status === 401) return 'signed out';
  if (body?.code === 'access.forbidden' || body?.code === 'identity.email_not_verified') return 'forbidden';
  return body?.code === `${whatOf(rule)}.not_found` ? 'not found' : 'passed';
};

const whatOf = (rule: Route['rule']): string | undefined => {
  const source = rule && sourceOf(rule);
  return source && calledOf(source);
};

/** Asks with a body that says no more than what the rule looks at, and on a condition that is never met. */
function ask({ method, path, rule }: Route, token: string | undefined): Promise<Reply> {
  const about = rule && sourceOf(rule);
  const kind = about && ('kind' in about ? about.kind : 'business');
  const thing = kind === 'audit' ? event : salon.things[kind === 'entity' ? 'customer' : (kind ?? '')];
  if (kind && !thing) throw new Error(`a-business.ts has no ${kind}`);
  const source = about && ('kind' in about ? about.id : about);
  const given = (part: IdSource['part']) => (source?.part === part ? { [source.name]: thing } : {});
  const params: Readonly<Record<string, string | undefined>> = { entity: 'customer', ...given('params') };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? newUuid());
  const query = new URLSearchParams(given('query') as Record<string, string>);
  return api.call(method as Method, `${AT_THE_ROOT.includes(path.slice(1)) ? '/' : ''}${filled}?${query}`, {
    token,
    headers: { 'if-match': '"999999"' },
    ...(method !== 'GET' && { body: given('body') }),
  });
}

/** The routes at which somebody is told something else than expected. */
async function surprises(
  of: (rule: Route['rule']) => boolean,
  token: (() => string) | undefined,
  expected: Verdict | ((rule: Route['rule']) => Verdict | readonly Verdict[]),
): Promise<string[]> {
  const found: string[] = [];
  const concerned = routes.filter(({ rule }) => of(rule));
  expect(concerned).not.toEqual([]);
  for (const route of concerned) {
    const reply = await ask(route, token?.());
    const verdict = verdictOf(reply, route.rule);
    const right = typeof expected === 'string' ? expected : expected(route.rule);
    if (![right].flat().includes(verdict)) {
      found.push(`${route.method} ${route.path}: ${verdict} (${reply.status}), not ${right}`);
    }
  }
  return found;
}

const every = () => true;
const isPublic = (rule: Route['rule']) => rule !== undefined && isOpen(rule);
const isNotPublic = (rule: Route['rule']) => !isPublic(rule);
const isLevel = (rule: Route['rule']) => typeof rule === 'string';
const isPermission = (rule: Route['rule']) =>
  typeof rule === 'object' &&
  'permission' in rule &&
  rule.or !== 'public' &&
  rule.self !== 'always' &&
  !(typeof rule.self === 'function' && !('kind' in rule.of));

describe('whoever is not signed in', () => {
  it.each<[string, (() => string) | undefined]>([
    ['without a token', undefined],
    ['with an expired token', () => tokenOf(api, admin.id, -1)],
    ['with a tampered token', () => `${admin.token.slice(0, -4)}AAAA`],
    ['with a token of nobody', () => tokenOf(api, newUuid())],
  ])('%s gets to public routes only', async (_, token) => {
    expect(await surprises(isPublic, token, 'passed')).toEqual([]);
    expect(await surprises(isNotPublic, token, 'signed out')).toEqual([]);
  });
});

describe('the platform’s roles', () => {
  const allows = (passing: readonly AccessLevel[]) => (rule: Route['rule']) =>
    passing.includes(rule as AccessLevel) ? 'passed' : 'forbidden';

  it('a user', async () =>
    expect(await surprises(isLevel, () => stranger.token, allows(['public', 'listed', 'user', 'verified']))).toEqual(
      [],
    ));

  it('an auditor', async () =>
    expect(
      await surprises(isLevel, () => auditor.token, allows(['public', 'listed', 'user', 'verified', 'auditor'])),
    ).toEqual([]));

  it('an admin', async () => expect(await surprises(every, () => admin.token, 'passed')).toEqual([]));
});

describe('the roles of a business', () => {
  /** What belongs to the business but not to a member who may see their own only, is for the route to hide. */
  const verdicts = { all: 'passed', own: ['passed', 'not found'], none: 'forbidden' } as const;
  const ruleOf = (rule: Route['rule']) => rule as PermissionRule;

  it.each(ROLES)('%s, at home', async (role) =>
    expect(
      await surprises(
        isPermission,
        () => salon.people[role].token,
        (rule) => verdicts[scopeOf(role, ruleOf(rule).permission) ?? 'none'],
      ),
    ).toEqual([]),
  );

  it.each(ROLES)('%s of another business finds nothing', async (role) =>
    expect(await surprises(isPermission, () => rival.people[role].token, 'not found')).toEqual([]),
  );

  it('nor does a stranger', async () =>
    expect(await surprises(isPermission, () => stranger.token, 'not found')).toEqual([]));

  it('an auditor finds what auditors may see', async () =>
    expect(
      await surprises(
        isPermission,
        () => auditor.token,
        (rule) => (ruleOf(rule).or === 'auditor' ? 'passed' : 'not found'),
      ),
    ).toEqual([]));
});

describe('rights', () => {
  it('hold from the next request on, with the token one has, and are gone with the membership', async () => {
    const { owner } = salon.people;
    const newcomer = await somebody(api);
    const list = () => api.call('GET', `/customers?businessId=${salon.things.business}`, { token: newcomer.token });
    expect((await list()).status).toBe(404);
    const body = { businessId: salon.things.business, userId: newcomer.id, role: 'staff' };
    const assigned = await api.call('POST', '/staff/assignments', { token: owner.token, body });
    expect((await list()).status).toBe(200);
    await api.call('DELETE', `/staff/assignments/${assigned.body.id}/terminate`, { token: owner.token });
    expect((await list()).status).toBe(404);
  });
});
