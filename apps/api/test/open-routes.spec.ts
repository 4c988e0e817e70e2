import { ROLES } from '@yoyaku/business';
import { EventStoreDb } from '@yoyaku/eventing';
import { now } from '@yoyaku/kernel';
import type { AccessRule } from '../src/http/conventions';
import { everyRoute } from '../src/http/conventions/access/every-route';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/**
 * Routes that any signed-in user may call, and whose handlers decide alone what they show and do: their rule of access
 * says nothing that a generated test could go by. Each is attacked by everybody of another business.
 */
let api: ApiUnderTest;
let salon: ABusiness;
let rival: ABusiness;
let attackers: readonly (readonly [string, Person])[];
/** The event by which the salon's customer came to be. */
let event: string;
/** What the salon's owner alone was told. */
let notification: string;
/** The salon's owner's own. */
let appointment: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const admin = await somebody(api, 'admin');
  [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
  attackers = [
    ...ROLES.map((role) => [role, rival.people[role]] as const),
    ['stranger', await somebody(api)],
    ['auditor', await somebody(api, 'auditor')],
  ];
  const [created] = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`customer-${salon.things.customer}`));
  event = created?.id ?? '';
  const body = { userId: salon.people.owner.id, title: 'Yours', message: 'For you alone' };
  const told = await api.call('POST', '/notifications', { token: admin.token, body });
  expect(told.status).toBe(201);
  notification = told.body.id;
  const [start, end] = ['2040-01-01T01:00:00Z', '2040-01-01T02:00:00Z'];
  const { token } = salon.people.owner;
  const made = await api.call('POST', '/appointments', { token, body: { title: 'Dentist', start, end } });
  expect(made.status).toBe(201);
  appointment = made.body.id;
  await seenByOwner();
});
afterAll(() => api.stop());

interface Attack {
  readonly path: string;
  readonly body?: object;
}

type Things = Readonly<Record<string, string>>;

const ATTACKS: Readonly<Record<string, (theirs: Things, own: Things) => readonly Attack[]>> = {
  'GET /owner/businesses': ({ slug }) => [{ path: '/owner/businesses' }, { path: `/owner/businesses?slug=${slug}` }],
  'POST /owner/businesses': ({ slug }) => [
    { path: '/owner/businesses', body: { name: 'Copy', slug, timeZone: 'Asia/Tokyo', currency: 'JPY' } },
  ],
  'GET /staff/assignments': ({ business, user }) => [
    { path: `/staff/assignments?businessId=${business}` },
    { path: `/staff/assignments?userId=${user}` },
    { path: `/staff/assignments?businessId=${business}&userId=${user}` },
  ],
  'POST /bookings': (theirs, own) => {
    const start = salon.start.replace('T03', 'T06');
    const [a, b] = [
      { businessId: theirs.business, serviceId: theirs.service, start },
      { businessId: own.business, serviceId: own.service, start },
    ];
    return [
      { ...a, customerId: theirs.customer },
      { ...a, customerId: own.customer },
      { ...a, businessId: own.business },
      { ...b, customerId: theirs.customer },
      { ...b, serviceId: theirs.service },
      { ...b, resourceIds: [theirs.resource] },
    ].map((body) => ({ path: '/bookings', body }));
  },
  'POST /bookings/series': (theirs, own) => {
    const start = salon.start.replace('T03', 'T07');
    const [a, b] = [
      { businessId: theirs.business, serviceId: theirs.service, start },
      { businessId: own.business, serviceId: own.service, start },
    ];
    return [
      { ...a, customerId: theirs.customer },
      { ...a, customerId: own.customer },
      { ...a, businessId: own.business },
      { ...b, customerId: theirs.customer },
      { ...b, serviceId: theirs.service },
      { ...b, resourceIds: [theirs.resource] },
    ].map((body) => ({ path: '/bookings/series', body: { ...body, rrule: 'FREQ=DAILY;COUNT=2', mode: 'all' } }));
  },
  'POST /waitlist': (theirs, own) => {
    const dates = { from: '2040-01-01', to: '2040-01-31' };
    const [a, b] = [
      { businessId: theirs.business, serviceId: theirs.service, ...dates },
      { businessId: own.business, serviceId: own.service, ...dates },
    ];
    return [
      { ...a, customerId: theirs.customer },
      { ...a, customerId: own.customer },
      { ...a, businessId: own.business },
      { ...b, customerId: theirs.customer },
      { ...b, serviceId: theirs.service },
      { ...b, resourceIds: [theirs.resource] },
    ].map((body) => ({ path: '/waitlist', body }));
  },
  'GET /waitlist': ({ business, service, customer }) => [
    { path: '/waitlist' },
    { path: `/waitlist?businessId=${business}` },
    { path: `/waitlist?serviceId=${service}&mine=false` },
    { path: `/waitlist?businessId=${business}&customerId=${customer}` },
  ],
  'GET /bookings': ({ business, resource, service, customer }) => [
    { path: '/bookings' },
    { path: `/bookings?businessId=${business}` },
    { path: `/bookings?resourceId=${resource}` },
    { path: `/bookings?serviceId=${service}&mine=false` },
    { path: `/bookings?businessId=${business}&customerId=${customer}` },
  ],
  'GET /bookings/:id': ({ booking }) => [{ path: `/bookings/${booking}` }],
  'GET /bookings/:id/fee': ({ booking }) => [
    { path: `/bookings/${booking}/fee` },
    { path: `/bookings/${booking}/fee?by=business` },
  ],
  'GET /bookings/:id/history': ({ booking }) => [{ path: `/bookings/${booking}/history` }],
  'PUT /bookings/:id': ({ booking }) => [{ path: `/bookings/${booking}`, body: { note: 'Mine' } }],
  'PATCH /bookings/:id': ({ booking }) => [
    { path: `/bookings/${booking}`, body: { note: 'Mine' } },
    { path: `/bookings/${booking}`, body: { title: 'Mine', start: salon.start } },
  ],
  'DELETE /bookings/:id': ({ booking }) => [{ path: `/bookings/${booking}`, body: {} }],
  'DELETE /bookings/:id/cancel': ({ booking }) => [{ path: `/bookings/${booking}/cancel`, body: { reason: 'Mine' } }],
  'GET /appointments/:id': () => [{ path: `/appointments/${appointment}` }, { path: `/bookings/${appointment}` }],
  'PATCH /appointments/:id': () => [{ path: `/appointments/${appointment}`, body: { title: 'Mine' } }],
  'DELETE /appointments/:id': () => [{ path: `/appointments/${appointment}` }, { path: `/bookings/${appointment}` }],
  'GET /audit': ({ business, customer }) => [
    { path: '/audit' },
    { path: `/audit?businessId=${business}` },
    { path: `/audit?entity=customer&entityId=${customer}` },
  ],
  'GET /audit/:id': () => [{ path: `/audit/${event}` }],
  'GET /audit/entity/:entity/:entityId': ({ customer, booking, business, resource }) => [
    { path: `/audit/entity/customer/${customer}` },
    { path: `/audit/entity/booking/${booking}` },
    { path: `/audit/entity/business/${business}` },
    { path: `/audit/entity/calendar/${resource}` },
  ],
  'GET /audit/entity/:entity/:entityId/state': ({ customer, booking, business, resource, user }) =>
    Object.entries({ customer, booking, business, calendar: resource, user }).map(([entity, id]) => ({
      path: `/audit/entity/${entity}/${id}/state?at=${now()}`,
    })),
  'GET /customers/notes': ({ customer }) => [{ path: `/customers/notes?customerId=${customer}` }],
  'GET /customers/notes/:id': ({ note }) => [{ path: `/customers/notes/${note}` }],
  'GET /notifications/:id': () => [{ path: `/notifications/${notification}` }],
  'PATCH /notifications/:id/read': () => [{ path: `/notifications/${notification}/read` }],
  'DELETE /notifications/:id': () => [{ path: `/notifications/${notification}` }],
};

/** What there is no one thing of, or is one's own at least. */
const isDecidedByHandler = (rule: AccessRule | undefined): boolean => {
  if (typeof rule !== 'object' || 'visible' in rule) return false;
  return rule.self === 'always' || (typeof rule.self === 'function' && !('kind' in rule.of));
};

/**
 * Of oneself alone: they name nothing that could be another's. What is told live, to whom, is tried in `live.spec.ts`: such
 * answers have no end.
 */
const ONES_OWN =
  /^\w+ \/(appointments$|auth\/|events\/|ws$|users\/me|notifications(\/(unread|count|read-all|preferences))?$)/;

/** What auditors are for; that nothing personal is in it is another spec’s matter. */
const AUDITED = /^GET \/audit/;

/** As the salon's owner sees what is theirs. */
async function seenByOwner(): Promise<string> {
  const { token } = salon.people.owner;
  const { booking, business } = salon.things;
  const headers = { 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' };
  const paths = [`/bookings/${booking}`, `/bookings?businessId=${business}`, `/bookings/${booking}/history`];
  const replies = await Promise.all(paths.map((path) => api.call('GET', path, { token, headers })));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  return replies.map(({ text }) => text).join('\n');
}

/** What an answer tells of the salon that the request did not say itself. */
function leaksIn({ text }: Reply, { path, body }: Attack): string[] {
  const asked = path + JSON.stringify(body ?? {});
  const members = Object.entries(salon.people).map(([role, { id }]) => [role, id] as const);
  return [...Object.entries(salon.things), ...members].flatMap(([what, id]) =>
    text.includes(id) && !asked.includes(id) ? [what] : [],
  );
}

it('attacks every one of them', () => {
  const open = everyRoute(api.app)
    .filter(({ rule }) => rule === 'anybody' || rule === 'user' || rule === 'verified' || isDecidedByHandler(rule))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !ONES_OWN.test(route));
  expect(Object.keys(ATTACKS)).toEqual(expect.arrayContaining(open));
});

/** Events of the salon that somebody brought about who has no right there. */
async function broughtAbout(): Promise<string[]> {
  const strangers = new Set(attackers.map(([, { id }]) => id));
  const events = await Array.fromAsync(api.app.get(EventStoreDb).readAll({}));
  return events
    .filter(({ metadata }) => metadata.tenantId === salon.things.business && strangers.has(metadata.actor.id ?? ''))
    .map(({ stream, type }) => `${stream} ${type}`);
}

it.each(Object.keys(ATTACKS))('%s tells others nothing, and does nothing for them', async (route) => {
  const [method = ''] = route.split(' ');
  const before = await seenByOwner();
  for (const attack of (ATTACKS[route] as (typeof ATTACKS)[string])(salon.things, rival.things)) {
    for (const [who, { token }] of attackers) {
      if (who === 'auditor' && AUDITED.test(route)) continue;
      const reply = await api.call(method as Method, attack.path, { token, body: attack.body });
      expect([who, attack.path, leaksIn(reply, attack)]).toEqual([who, attack.path, []]);
      // What could not be answered tells nothing either: it proves nothing.
      expect(reply.status).toBeLessThan(500);
      const refused = reply.status >= 400 && reply.status < 500;
      if (method !== 'GET') expect([who, attack, reply.status, refused]).toEqual([who, attack, reply.status, true]);
    }
  }
  expect(await seenByOwner()).toBe(before);
});

it('leaves no event of the salon behind that any of them brought about', async () => {
  expect(await broughtAbout()).toEqual([]);
});
