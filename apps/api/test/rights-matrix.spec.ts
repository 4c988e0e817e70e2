import { setTimeout as delay } from 'node:timers/promises';
import type { OpenAPIObject } from '@nestjs/swagger';
import { causesOf, EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { openApiOf } from '../src/docs/openapi';
import { isOpen, sourceOf } from '../src/http/conventions';
import { AccessGuard } from '../src/http/conventions/access/access.guard';
import { everyRoute, type Route } from '../src/http/conventions/access/every-route';
import { employed, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';
import { Contract } from './contract';
import { type Asker, aWorld, type Belongings, type World } from './rights/belongings';
import { expectedOf, hiddenFrom, thingOf, verdictOf } from './rights/expected';
import { type Asked, requestOf } from './rights/request';
import { STANDING } from './rights/standing';

/**
 * Every route × everybody who may ask × things of their own, of somebody else and of another business. The routes are the
 * application's own, with the rules that they declare, and what is expected comes of those rules and the roles'
 * permissions: a route that is added is covered. One about a new kind of thing asks for an example in
 * `rights/belongings.ts`.
 */
let api: ApiUnderTest;
let routes: Route[];
let world: World;
let document: OpenAPIObject;
let seen: Headers;
/** By a request's correlation id, the ids of which it may change nothing; `everything` where it is to be refused. */
const untouchable = new Map<string, ReadonlySet<string> | 'everything'>();
/** Correlation ids of the requests that the guard let through. */
/** Its answers have no end; who is told what by it is tried in `live.spec.ts`. */
const ENDLESS = '/events/live';

const letThrough = new Set<string>();
/** Routes that told somebody something: of the others it is not known what they would tell. */
const answered = new Set<Route>();
const count = { requests: 0, leaks: 0 };

beforeAll(async () => {
  watchGuard();
  api = await ApiUnderTest.start({ OUTBOUND_ALLOW: '127.0.0.1' });
  document = JSON.parse(JSON.stringify(openApiOf(api.app)));
  // What the platform's own people set going (a rebuild, a verification) comes when everything else has been asked.
  routes = everyRoute(api.app)
    .filter(({ path }) => path !== ENDLESS)
    .sort((a, b) => Number(a.rule === 'admin') - Number(b.rule === 'admin'));
  world = await aWorld(api);
  seen = { 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' };
});
afterAll(() => api.stop());

type Headers = Readonly<Record<string, string>>;

interface Case {
  readonly route: Route;
  readonly asker: Asker;
  readonly belongings: Belongings;
  readonly asked: Asked;
  /** What no answer of the route may tell this asker. */
  readonly hidden: ReadonlySet<string>;
}

const ruleOf = ({ rule }: Route) => rule ?? 'admin';

/** A route may refuse with the same answer as the guard: here is seen which of the two it was. */
function watchGuard(): void {
  const { canActivate } = AccessGuard.prototype;
  jest.spyOn(AccessGuard.prototype, 'canActivate').mockImplementation(async function (this: AccessGuard, context) {
    const isLetThrough = await canActivate.call(this, context);
    letThrough.add(context.switchToHttp().getRequest<FastifyRequest>().id);
    return isLetThrough;
  });
}

function casesOf(route: Route): Case[] {
  const of = world.belongings.map((belongings) => ({ belongings, asked: requestOf(route, belongings, document) }));
  return world.askers.flatMap((asker) => {
    const hidden = hiddenFrom(asker, world.belongings, isOpen(ruleOf(route)));
    return of.map(({ belongings, asked }) => ({ route, asker, belongings, asked, hidden }));
  });
}

/** What is wrong with the answer to one request; empty when nothing is. */
async function faultsOf(one: Case): Promise<string[]> {
  const { route, asker, belongings, asked, hidden } = one;
  const expected = expectedOf(ruleOf(route), asker, belongings, asked);
  const mayChange = expected === 'passed' && !hidden.has(belongings.businessId);
  const correlationId = newUuid();
  untouchable.set(correlationId, expected === 'passed' ? hidden : 'everything');
  const headers = {
    'x-correlation-id': correlationId,
    ...(route.method === 'GET' && seen),
    // On a condition that is never met, so that what the next one asks for is still as it was.
    ...(mayChange && { 'if-match': '"999999"' }),
  };
  let reply = await ask(one, headers);
  // Which says nothing of rights, but that the machine is busy.
  for (let tries = 0; reply.status === 503 && tries < 20; tries++) {
    await delay(250);
    reply = await ask(one, headers);
  }
  if (reply.status < 300) answered.add(route);
  const verdict = verdictOf(reply.status, letThrough.has(correlationId));
  const name = `${route.method} ${route.path} about what is ${belongings.name}, asked by ${asker.name}:`;
  const faults = leaksIn(reply, one).map((id) => `${name} tells of ${id}`);
  if (verdict !== expected || reply.status >= 500)
    faults.push(`${name} ${verdict} (${reply.status} ${reply.body?.code}), not ${expected}`);
  return faults;
}

function ask({ route: { method }, asker, asked }: Case, headers: Headers): Promise<Reply> {
  const { path, query, body } = asked;
  count.requests += 1;
  return api.call(method as Method, `${path}?${new URLSearchParams(query)}`, {
    token: asker.token(),
    headers,
    ...(method !== 'GET' && { body }),
  });
}

/** What an answer tells that is hidden from who asks, and that the request did not say itself. */
function leaksIn({ status, text }: Reply, { route, belongings, asked, hidden }: Case): string[] {
  const rule = ruleOf(route);
  const source = sourceOf(rule);
  const thing = source && 'kind' in source ? thingOf(rule, belongings) : undefined;
  if (thing && route.method === 'GET' && status < 300 && hidden.has(thing.id)) return [thing.id];
  const said = JSON.stringify(asked);
  return [...hidden].filter((id) => text.includes(id) && !said.includes(id));
}

/** Routes that are asked at the same time. */
const AT_ONCE = 4;

it('tells and does for everybody what the rules say, and nothing else', async () => {
  const faults: string[] = [];
  for (let first = 0; first < routes.length; first += AT_ONCE) {
    const cases = routes.slice(first, first + AT_ONCE).flatMap(casesOf);
    faults.push(...(await Promise.all(cases.map(faultsOf))).flat());
  }
  count.leaks = faults.length;
  expect(faults).toEqual([]);
}, 300_000);

it('has seen an answer of every route that tells of a business', () => {
  const silent = routes.filter(
    (route) => route.method === 'GET' && typeof route.rule === 'object' && !answered.has(route),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

it('has seen every query read what it waits for', () => {
  expect(Contract.of(api.app).waitsInVain()).toEqual([]);
});

it('leaves no event behind of who may not change a thing', async () => {
  const events = await Array.fromAsync(api.app.get(EventStoreDb).readAll({}));
  const wrong = events.filter(({ metadata }) => {
    const kept = untouchable.get(causesOf(metadata).correlationId);
    return kept === 'everything' || kept?.has(metadata.tenantId);
  });
  expect(wrong.map(({ stream, type }) => `${stream} ${type}`)).toEqual([]);
  const { askers, belongings } = world;
  process.stdout.write(
    `Matrix of rights: ${routes.length} routes × ${askers.length} people × ${belongings.length} owners of things = ` +
      `${count.requests} requests, ${count.leaks} leaks\n`,
  );
});

it('takes rights given and taken from the next request on, with the token that one has', async () => {
  const [owner, newcomer] = [world.askers.find(({ name }) => name === 'owner of the business'), await somebody(api)];
  const businessId = owner?.standing?.businessId;
  const list = () => api.call('GET', `/customers?businessId=${businessId}`, { token: newcomer.token });
  expect((await list()).status).toBe(404);
  const body = { businessId: businessId as string, userId: newcomer.id, role: 'staff' };
  const assigned = await employed(api, owner?.token() as string, body);
  expect((await list()).status).toBe(200);
  await api.call('DELETE', `/staff/assignments/${assigned.body.id}/terminate`, { token: owner?.token() });
  expect((await list()).status).toBe(404);
});

it('lets a business whose subscription has expired do nothing but carry through what stands', async () => {
  const [owner, admin] = ['owner of the business', 'an admin'].map((name) =>
    world.askers.find((asker) => asker.name === name),
  ) as [Asker, Asker];
  const businessId = owner.standing?.businessId as string;
  const path = `/admin/businesses/${businessId}/subscription`;
  await api.call('PUT', path, { token: admin.token(), body: { state: 'expired' } });
  const works: string[] = [];
  const [belongings] = world.belongings as [Belongings];
  for (const route of routes.filter(({ method, rule }) => method !== 'GET' && typeof rule === 'object')) {
    const asked = requestOf(route, belongings, document);
    const unmet = { 'if-match': '"999999"' };
    const reply = await ask({ route, asker: owner, belongings, asked, hidden: new Set() }, unmet);
    if (reply.body?.code !== 'business.subscription_expired') works.push(`${route.method} ${route.path}`);
  }
  expect(works.sort()).toEqual(STANDING);
});
