import type { OpenAPIObject } from '@nestjs/swagger';
import { BusinessFacts, extentOf, grantsOf, type Role } from '@yoyaku/business';
import { DAY, HOUR, instant, plusMs } from '@yoyaku/kernel';
import { openApiOf } from '../src/docs/openapi';
import { isOpen } from '../src/http/conventions';
import { everyRoute } from '../src/http/conventions/access/every-route';
import { type ABusiness, aBusiness, employed, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';
import type { Belongings } from './rights/belongings';
import { requestOf } from './rights/request';

/** Members of Ginza at the things of Ginza, of Shibuya, and of no location in particular. */
let api: ApiUnderTest;
let document: OpenAPIObject;
let salon: ABusiness;
let ginza: Branch;
let shibuya: Branch;
let limited: Readonly<Record<'owner' | 'manager' | 'staff', Member>>;
/** Of the latest change that the specs wait for. */
let seen: Readonly<Record<string, string>>;

interface Member extends Person {
  readonly assignment: string;
}

/** A location with one of everything. */
interface Branch {
  readonly location: string;
  readonly resource: string;
  readonly service: string;
  readonly exception: string;
  readonly block: string;
  readonly calendar: string;
  readonly booking: string;
  readonly member: string;
}

const call = (user: Person, method: Method, path: string, body: object = {}, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(method !== 'GET' && { body }) });

async function done(method: Method, path: string, body: object = {}): Promise<Reply['body']> {
  const reply = await call(salon.people.owner, method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  seen = { 'x-min-position': reply.headers['x-event-position'] as string };
  return reply.body;
}

async function assign(role: Role, locationIds: readonly string[]): Promise<Member> {
  const person = await somebody(api);
  const assignment = { businessId: salon.things.business as string, userId: person.id, role, locationIds };
  const reply = await employed(api, salon.people.owner.token, assignment);
  seen = { 'x-min-position': reply.headers['x-event-position'] as string };
  return { ...person, assignment: reply.body.id };
}

const resourceAt = async (locationId: string | null): Promise<string> => {
  const resource = { businessId: salon.things.business, kind: 'staff', name: 'Aiko', locationId };
  return (await done('POST', '/owner/resources', resource)).id;
};

const serviceOf = async (resources: readonly string[], locationIds: readonly string[]): Promise<string> => {
  const price = { amount: 8000, currency: 'JPY' };
  const what = { businessId: salon.things.business, name: 'Cut', durationMinutes: 60, price };
  const requirements = resources.length > 0 ? [{ anyOf: resources }] : [];
  return (await done('POST', '/owner/services', { ...what, requirements, locationIds })).id;
};

const wish = (serviceId: string, hour: string, resourceIds: readonly string[] = []) => ({
  businessId: salon.things.business,
  customerId: salon.things.customer,
  serviceId,
  resourceIds,
  start: salon.start.replace('T03', `T${hour}`),
});

async function branch(name: string): Promise<Branch> {
  const location = (await done('POST', `/owner/businesses/${salon.things.business}/locations`, { name })).id;
  const resource = await resourceAt(location);
  const service = await serviceOf([resource], [location]);
  const exception = (await done('POST', '/staff/exceptions', { resourceId: resource, date: '2029-04-01', kind: 'off' }))
    .id;
  const times = { start: '2029-05-01T00:00:00Z', end: '2029-05-01T01:00:00Z' };
  const block = (await done('POST', `/resources/${resource}/blocks`, times)).id;
  const outside = { url: 'http://127.0.0.1:1/calendar.ics' };
  const calendar = (await done('POST', `/resources/${resource}/calendars`, outside)).id;
  const booking = (await done('POST', '/bookings', wish(service, '03'))).id;
  const member = (await assign('staff', [location])).assignment;
  return { location, resource, service, exception, block, calendar, booking, member };
}

beforeAll(async () => {
  api = await ApiUnderTest.start({ OUTBOUND_ALLOW: '127.0.0.1' });
  document = JSON.parse(JSON.stringify(openApiOf(api.app)));
  salon = await aBusiness(api, await somebody(api, 'admin'));
  [ginza, shibuya] = [await branch('Ginza'), await branch('Shibuya')];
  limited = {
    owner: await assign('owner', [ginza.location]),
    manager: await assign('manager', [ginza.location]),
    staff: await assign('staff', [ginza.location]),
  };
});
afterAll(() => api.stop());

type Ask = [role: 'owner' | 'manager' | 'staff', method: Method, path: string, body?: (place: Branch) => object];

interface Entry {
  readonly detail: { readonly bookingId?: string };
}

/** Kinds of things that are at a location, or nowhere in particular. */
const LOCATED: ReadonlySet<string> = new Set(['resource', 'service', 'exception', 'booking', 'member']);

const LEAST_FIRST = ['staff', 'manager', 'owner'] as const;

/**
 * The application's own routes about things that are at a location, so that a new one is among them, each with the least
 * of the limited members whose role has the right to it.
 */
const locatedRoutes = () =>
  everyRoute(api.app).flatMap((route) => {
    const { rule } = route;
    if (typeof rule !== 'object' || isOpen(rule) || !('permission' in rule)) return [];
    const { permission, of, at } = rule;
    const role = LEAST_FIRST.find((one) => extentOf(grantsOf(one), permission) === 'all');
    return role && (at || ('kind' in of && LOCATED.has(of.kind))) ? [{ role, route }] : [];
  });

type Told = Pick<Reply, 'status'> & { readonly isRead: boolean; readonly code: string | undefined };

/** The answers that are not as expected, of all those routes, about those things. */
async function unexpected(things: Branch | ABusiness['things'], isExpected: (told: Told) => boolean, without = /^$/) {
  const ids = Object.entries({ ...salon.things, ...things });
  const belongings: Belongings = {
    name: 'those',
    businessId: salon.things.business as string,
    things: Object.fromEntries(ids.map(([kind, id]) => [kind, { id }])),
  };
  const routes = locatedRoutes().filter(({ route }) => !without.test(route.path));
  expect(routes.length).toBeGreaterThan(25);
  const found: string[] = [];
  for (const { role, route } of routes) {
    const { path, query, body } = requestOf(route, belongings, document);
    const isRead = route.method === 'GET';
    // A change is asked for on a condition that is never met, so that what the next one asks for is still as it was.
    const headers = isRead ? seen : { 'if-match': '"999999"' };
    const url = `${path}?${new URLSearchParams(query)}`;
    const { status, body: told } = await call(limited[role], route.method as Method, url, body, headers);
    if (!isExpected({ status, isRead, code: told?.code })) {
      found.push(`${role}: ${route.method} ${route.path} ${status} ${told?.code}`);
    }
  }
  return found;
}

const ask = ([role, method, path, body]: Ask, place: Branch): Promise<Reply> => {
  const things: Readonly<Record<string, string | undefined>> = { ...salon.things, ...place };
  const url = path.replace(/:([a-z]+)/g, (all, name: string) => things[name] ?? all);
  return call(limited[role], method, url, body?.(place), seen);
};

describe('what is at another location', () => {
  it('is not there', async () =>
    expect(await unexpected(shibuya, ({ status, code }) => status === 404 && /\.not_found$/.test(code ?? ''))).toEqual(
      [],
    ));

  it('stands in no list', async () => {
    const lists: [keyof typeof limited, string, (item: Record<string, string>) => unknown, keyof Branch][] = [
      ['staff', `/bookings?businessId=${salon.things.business}`, ({ id }) => id, 'booking'],
      ['staff', `/staff/working-hours?businessId=${salon.things.business}`, ({ resourceId }) => resourceId, 'resource'],
      ['staff', `/staff/exceptions?businessId=${salon.things.business}`, ({ id }) => id, 'exception'],
      ['manager', `/staff/assignments?businessId=${salon.things.business}`, ({ id }) => id, 'member'],
      ['staff', `/customers/${salon.things.customer}/history`, ({ id }) => id, 'booking'],
      [
        'staff',
        `/customers/${salon.things.customer}/timeline`,
        (item) => (item as never as Entry).detail.bookingId,
        'booking',
      ],
    ];
    for (const [role, path, idOf, thing] of lists) {
      const ids = (await call(limited[role], 'GET', path, {}, seen)).body.items.map(idOf);
      expect([path, ids]).toEqual([path, expect.arrayContaining([ginza[thing]])]);
      expect([path, ids]).not.toEqual([path, expect.arrayContaining([shibuya[thing]])]);
      const all = (await call(salon.people.owner, 'GET', path, {}, seen)).body.items.map(idOf);
      expect([path, all]).toEqual([path, expect.arrayContaining([shibuya[thing]])]);
    }
  });
});

it('what is nowhere in particular is there to read, and not to change', async () => {
  const isExpected = ({ status, isRead, code }: Told) =>
    isRead ? status === 200 : status === 403 && code === 'access.forbidden';
  // The address of a calendar is one's own, and shows what one may read.
  expect(await unexpected(salon.things, isExpected, /:blockId|:calendarId|:locationId|:id\/calendar$/)).toEqual([]);
});

const FORBIDDEN = { status: 403, body: { code: 'access.forbidden' } };
const UNKNOWN = { status: 422, body: { code: 'location.unknown' } };

describe('a limited member', () => {
  it.each<[string, Ask]>([
    [
      'a resource',
      ['manager', 'POST', '/owner/resources', ({ location: locationId }) => ({ ...RESOURCE(), locationId })],
    ],
    [
      'a service',
      ['manager', 'POST', '/owner/services', ({ location }) => ({ ...SERVICE(), locationIds: [location] })],
    ],
    [
      'somebody',
      ['manager', 'POST', '/staff/assignments', ({ location }) => ({ ...STAFF(), locationIds: [location] })],
    ],
  ])('puts %s at their location only', async (_, request) => {
    expect(await ask(request, shibuya)).toMatchObject(UNKNOWN);
    const [role, method, path, body] = request;
    const nowhere = Object.entries(body?.(shibuya) ?? {}).filter(([name]) => !name.startsWith('location'));
    expect(await call(limited[role], method, path, Object.fromEntries(nowhere))).toMatchObject(FORBIDDEN);
    expect(await ask(request, ginza)).not.toMatchObject({ status: 403 });
    expect(await ask(request, ginza)).not.toMatchObject(UNKNOWN);
  });

  it.each<[string, 'manager' | 'owner', string, (ids: string[]) => object]>([
    ['a resource', 'manager', '/owner/resources/:resource', ([locationId = null]) => ({ locationId })],
    ['a service', 'manager', '/owner/services/:service', (locationIds) => ({ locationIds })],
    ['somebody', 'manager', '/staff/assignments/:member', (locationIds) => ({ locationIds })],
    ['themself', 'owner', '/staff/assignments/:own', (locationIds) => ({ locationIds })],
  ])('lets %s reach no further than they do', async (_, role, path, body) => {
    const at = (...ids: string[]) => {
      const place = { ...ginza, own: limited[role].assignment } as Branch;
      return ask([role, 'PUT', path, () => body(ids)], place);
    };
    expect(await at(shibuya.location)).toMatchObject(UNKNOWN);
    expect(await at()).toMatchObject(FORBIDDEN);
    expect((await at(ginza.location)).status).toBe(200);
  });

  it('changes nobody who reaches further', async () => {
    const both = await assign('staff', [ginza.location, shibuya.location]);
    const place = { ...ginza, member: both.assignment };
    expect((await ask(['manager', 'GET', '/staff/assignments/:member'], place)).status).toBe(200);
    expect(await ask(['manager', 'DELETE', '/staff/assignments/:member'], place)).toMatchObject(FORBIDDEN);
  });

  it('changes nothing that concerns every location', async () => {
    const of = (path: string) => path.replace(':business', salon.things.business as string);
    const business = `?businessId=${salon.things.business}`;
    for (const [method, path, body] of [
      ['PUT', of('/owner/businesses/:business'), { name: 'Mine' }],
      ['POST', of('/owner/businesses/:business/locations'), { name: 'Ueno' }],
      ['POST', '/policies', { businessId: salon.things.business, name: 'Strict', freeUntilHours: 48 }],
      ['GET', `/audit${business}`, {}],
    ] as const)
      expect([path, await call(limited.owner, method, path, body)]).toMatchObject([path, FORBIDDEN]);
  });

  it('books, and moves, to what is at their location', async () => {
    const anywhere = await serviceOf([shibuya.resource, ginza.resource], []);
    const book = (service: string, hour: string, resourceIds?: string[]) =>
      call(limited.staff, 'POST', '/bookings', wish(service, hour, resourceIds));
    const UNSUITABLE = { status: 422, body: { code: 'booking.resource_unsuitable' } };
    expect(await book(anywhere, '10', [shibuya.resource])).toMatchObject(UNSUITABLE);
    expect(await book(shibuya.service, '10')).toMatchObject(UNSUITABLE);
    expect(await book(salon.things.service as string, '10')).toMatchObject(UNSUITABLE);
    const booked = await book(anywhere, '10');
    expect(booked).toMatchObject({ status: 201, body: { resourceIds: [ginza.resource] } });
    const move = { start: salon.start.replace('T03', 'T12') };
    const path = `/bookings/${booked.body.id}/reschedule`;
    const away = await call(limited.staff, 'POST', path, { ...move, resourceIds: [shibuya.resource] });
    expect(away).toMatchObject(UNSUITABLE);
    expect((await call(limited.staff, 'POST', path, move)).status).toBe(200);
  });

  it('moves a series that is at their location, and none that is elsewhere too', async () => {
    const anywhere = await serviceOf([shibuya.resource, ginza.resource], []);
    const hour = (days: number, hours: number) => plusMs(instant(salon.start), days * DAY + hours * HOUR);
    // The first can be at Ginza alone, the second at Shibuya.
    for (const [days, { resource }] of [
      [0, shibuya],
      [1, ginza],
    ] as const) {
      await done('POST', `/resources/${resource}/blocks`, { start: hour(days, 16), end: hour(days, 17) });
    }
    const { resourceIds: _, ...wanted } = wish(anywhere, '19');
    const made = await done('POST', '/bookings/series', { ...wanted, rrule: 'FREQ=DAILY;COUNT=2', mode: 'all' });
    expect(made.items.map(({ start }: { start: string }) => start)).toEqual([hour(0, 16), hour(1, 16)]);
    const move = (id: string, body: object) => call(limited.manager, 'POST', `/bookings/series/${id}/reschedule`, body);
    for (const [i, scope] of (['one', 'following', 'all'] as const).entries()) {
      const body = { start: hour(1, 17), from: made.items[i % 2].bookingId, scope };
      expect([scope, (await move(made.id, body)).status]).toEqual([scope, 403]);
    }
    const own = { ...wish(ginza.service, '19'), start: hour(0, 18), rrule: 'FREQ=DAILY;COUNT=2', mode: 'all' };
    const { resourceIds: __, ...there } = own;
    const theirs = await done('POST', '/bookings/series', there);
    const moved = await move(theirs.id, { start: hour(0, 19) });
    expect([moved.status, moved.body.items?.map(({ start }: { start: string }) => start)]).toEqual([
      200,
      [hour(0, 19), hour(1, 19)],
    ]);
  });

  it('books for themself wherever anybody may', async () => {
    const { customerId: _, ...own } = wish(shibuya.service, '14');
    const booked = await call(limited.staff, 'POST', '/bookings', own);
    expect(booked.status).toBe(201);
    const found = `/bookings/${booked.body.id}`;
    expect(
      (await call(limited.staff, 'GET', found, {}, { 'x-min-position': booked.headers['x-event-position'] })).status,
    ).toBe(200);
  });

  it('is told of resources in a list what each of them tells, and of others’ not who they are', async () => {
    const { owner } = salon.people;
    const { body: list } = await call(
      owner,
      'GET',
      `/resources?businessId=${salon.things.business}&limit=200`,
      {},
      seen,
    );
    const tellsUser = (items: object[]) =>
      Object.fromEntries(items.map((item) => [(item as { id: string }).id, 'userId' in item]));
    expect(Object.values(tellsUser(list.items))).not.toContain(false);
    const path = `/resources?businessId=${salon.things.business}&limit=200`;
    const { items } = (await call(limited.manager, 'GET', path, {}, seen)).body;
    expect(tellsUser(items)).toMatchObject({
      [ginza.resource]: true,
      [shibuya.resource]: false,
      [salon.things.resource as string]: false,
    });
    for (const item of items)
      expect((await call(limited.manager, 'GET', `/resources/${item.id}`, {}, seen)).body).toEqual(item);
  });

  it.each<[string, () => string[], { listed: boolean; read: number; changed: number }]>([
    ['their location', () => [ginza.location], { listed: true, read: 200, changed: 200 }],
    ['theirs and others', () => [ginza.location, shibuya.location], { listed: true, read: 200, changed: 403 }],
    ['none in particular', () => [], { listed: true, read: 200, changed: 403 }],
    ['another', () => [shibuya.location], { listed: false, read: 404, changed: 404 }],
  ])('finds bookings of a service without requirements where that is: at %s', async (_, places, expected) => {
    const { id } = await done('POST', '/bookings', wish(await serviceOf([], places()), '18'));
    const list = await call(limited.staff, 'GET', `/bookings?businessId=${salon.things.business}`, {}, seen);
    const listed = list.body.items.some((item: { id: string }) => item.id === id);
    const { status: read } = await call(limited.staff, 'GET', `/bookings/${id}`, {}, seen);
    const { status: changed } = await call(limited.staff, 'PUT', `/bookings/${id}`, { note: 'seen' });
    expect({ listed, read, changed }).toEqual(expected);
  });

  it('books, and moves, a service without requirements that is at their location alone', async () => {
    const book = async (hour: string, ...locationIds: string[]) =>
      call(limited.staff, 'POST', '/bookings', wish(await serviceOf([], locationIds), hour));
    const booked = await book('18', ginza.location);
    expect(booked.status).toBe(201);
    const move = { start: salon.start.replace('T03', 'T20') };
    expect((await call(limited.staff, 'POST', `/bookings/${booked.body.id}/reschedule`, move)).status).toBe(200);
    for (const places of [[ginza.location, shibuya.location], [shibuya.location], []]) {
      expect(await book('18', ...places)).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
    }
  });

  it('sees bookings of a removed resource where it was', async () => {
    const gone = await resourceAt(shibuya.location);
    const { id } = await done('POST', '/bookings', wish(await serviceOf([gone], []), '16'));
    await done('DELETE', `/owner/resources/${gone}`);
    const listed = await call(limited.staff, 'GET', `/bookings?businessId=${salon.things.business}`, {}, seen);
    expect(listed.body.items.map((item: { id: string }) => item.id)).not.toContain(id);
    expect((await call(limited.staff, 'GET', `/bookings/${id}`, {}, seen)).status).toBe(404);
  });
});

const RESOURCE = () => ({ businessId: salon.things.business, kind: 'room', name: 'Room' });
const SERVICE = () => ({
  businessId: salon.things.business,
  name: 'Colour',
  durationMinutes: 30,
  price: { amount: 5000, currency: 'JPY' },
});
const STAFF = () => ({ businessId: salon.things.business, userId: salon.people.sales_rep.id, role: 'staff' });

it('what is at their own location is there', async () =>
  expect(
    await unexpected(ginza, ({ status, code }) => {
      // An invitation is its person's alone to answer, wherever it is to.
      return (status !== 403 && status !== 404) || code === 'member.not_invited';
    }),
  ).toEqual([]));

it('what they are is asked once for an answer: dismissed meanwhile, they are not taken for somebody without limits', async () => {
  const standing = BusinessFacts.prototype.standing;
  let asked = 0;
  const leaving = jest.spyOn(BusinessFacts.prototype, 'standing').mockImplementation(function (
    this: BusinessFacts,
    ...given
  ) {
    asked += 1;
    return asked > 1 ? Promise.resolve(null) : standing.apply(this, given);
  });
  const reply = await call(limited.staff, 'GET', `/bookings?businessId=${salon.things.business}`);
  leaving.mockRestore();
  const ids = reply.body.items.map((item: { id: string }) => item.id);
  expect([ids.includes(ginza.booking), ids.includes(shibuya.booking)]).toEqual([true, false]);
});
