import { BusinessFacts, type Role } from '@yoyaku/business';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/** Members of Ginza at the things of Ginza, of Shibuya, and of no location in particular. */
let api: ApiUnderTest;
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
  const body = { businessId: salon.things.business, userId: person.id, role, locationIds };
  return { ...person, assignment: (await done('POST', '/staff/assignments', body)).id };
}

const resourceAt = async (locationId: string | null): Promise<string> => {
  const resource = { businessId: salon.things.business, kind: 'staff', name: 'Aiko', locationId };
  return (await done('POST', '/owner/resources', resource)).id;
};

const serviceOf = async (resources: readonly string[], locationIds: readonly string[]): Promise<string> => {
  const price = { amount: 8000, currency: 'JPY' };
  const what = { businessId: salon.things.business, name: 'Cut', durationMinutes: 60, price };
  return (await done('POST', '/owner/services', { ...what, requirements: [{ anyOf: resources }], locationIds })).id;
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
  const booking = (await done('POST', '/bookings', wish(service, '03'))).id;
  const member = (await assign('staff', [location])).assignment;
  return { location, resource, service, exception, block, booking, member };
}

beforeAll(async () => {
  api = await ApiUnderTest.start();
  salon = await aBusiness(api, await somebody(api, 'admin'));
  [ginza, shibuya] = [await branch('Ginza'), await branch('Shibuya')];
  limited = {
    owner: await assign('owner', [ginza.location]),
    manager: await assign('manager', [ginza.location]),
    staff: await assign('staff', [ginza.location]),
  };
}, 30_000);
afterAll(() => api.stop());

type Ask = [role: 'owner' | 'manager' | 'staff', method: Method, path: string, body?: (place: Branch) => object];

interface Entry {
  readonly detail: { readonly bookingId?: string };
}

const READS: Ask[] = [
  ['staff', 'GET', '/bookings/:booking'],
  ['staff', 'GET', '/bookings/:booking/history'],
  ['staff', 'GET', '/resources/:resource/blocks'],
  ['staff', 'GET', '/resources/:resource/blocks/:block'],
  ['staff', 'GET', '/staff/working-hours/:resource'],
  ['staff', 'GET', '/staff/exceptions/:exception'],
  ['manager', 'GET', '/staff/assignments/:member'],
  ['staff', 'GET', '/availability/explain?serviceId=:service&resourceId=:resource&start=2029-04-01T03:00:00Z'],
];
const WRITES: Ask[] = [
  ['staff', 'PUT', '/bookings/:booking', () => ({ note: 'Tea' })],
  ['staff', 'PATCH', '/bookings/:booking', () => ({ note: 'Coffee' })],
  ['staff', 'POST', '/bookings/:booking/reschedule', () => ({ start: salon.start.replace('T03', 'T06') })],
  ['staff', 'POST', '/bookings/:booking/check-in'],
  ['staff', 'POST', '/bookings/:booking/complete'],
  ['staff', 'POST', '/bookings/:booking/confirm'],
  ['staff', 'POST', '/bookings/:booking/decline'],
  ['staff', 'POST', '/bookings/:booking/no-show'],
  ['staff', 'DELETE', '/bookings/:booking'],
  ['staff', 'DELETE', '/bookings/:booking/cancel'],
  ['manager', 'POST', '/bookings/:booking/undo-cancel'],
  [
    'staff',
    'POST',
    '/resources/:resource/blocks',
    () => ({ start: '2029-06-01T00:00:00Z', end: '2029-06-02T00:00:00Z' }),
  ],
  ['staff', 'DELETE', '/resources/:resource/blocks/:block'],
  ['manager', 'PUT', '/staff/working-hours', ({ resource }) => ({ resourceId: resource, hours: [] })],
  [
    'manager',
    'POST',
    '/staff/exceptions',
    ({ resource }) => ({ resourceId: resource, date: '2029-04-02', kind: 'off' }),
  ],
  ['manager', 'PUT', '/staff/exceptions/:exception', () => ({ date: '2029-04-03' })],
  ['manager', 'DELETE', '/staff/exceptions/:exception'],
  ['manager', 'PUT', '/owner/services/:service', () => ({ name: 'Trim' })],
  ['manager', 'DELETE', '/owner/services/:service'],
  ['manager', 'PUT', '/owner/resources/:resource', () => ({ name: 'Ken' })],
  ['manager', 'DELETE', '/owner/resources/:resource'],
  ['manager', 'PUT', '/staff/assignments/:member', () => ({ specializations: ['color'] })],
  ['manager', 'DELETE', '/staff/assignments/:member'],
  ['owner', 'PUT', '/owner/businesses/:business/locations/:location', () => ({ name: 'Elsewhere' })],
  ['owner', 'DELETE', '/owner/businesses/:business/locations/:location'],
];

const ask = ([role, method, path, body]: Ask, place: Branch): Promise<Reply> => {
  const things: Readonly<Record<string, string | undefined>> = { ...salon.things, ...place };
  const url = path.replace(/:([a-z]+)/g, (all, name: string) => things[name] ?? all);
  return call(limited[role], method, url, body?.(place), seen);
};

describe('what is at another location', () => {
  it.each([...READS, ...WRITES])('is not there for %s: %s %s', async (...request) => {
    const { status, body } = await ask(request, shibuya);
    expect({ status, code: body.code }).toEqual({ status: 404, code: expect.stringMatching(/\.not_found$/) });
  });

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

describe('what is nowhere in particular', () => {
  const nowhere = () => salon.things as unknown as Branch;

  it.each(READS.filter(([, , path]) => !path.includes(':block')))('is there for %s: %s %s', async (...request) =>
    expect((await ask(request, nowhere())).status).toBe(200),
  );

  it.each(WRITES.filter(([, , path]) => !/:block|locations/.test(path)))(
    'is not for %s to change: %s %s',
    async (...request) => expect(await ask(request, nowhere())).toMatchObject(FORBIDDEN),
  );
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

  it('books for themself wherever anybody may', async () => {
    const { customerId: _, ...own } = wish(shibuya.service, '14');
    const booked = await call(limited.staff, 'POST', '/bookings', own);
    expect(booked.status).toBe(201);
    const found = `/bookings/${booked.body.id}`;
    expect(
      (await call(limited.staff, 'GET', found, {}, { 'x-min-position': booked.headers['x-event-position'] })).status,
    ).toBe(200);
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

describe('what is at their own location', () => {
  it.each([...READS, ...WRITES])('is there for %s: %s %s', async (...request) => {
    const { status, body } = await ask(request, ginza);
    expect([status, body?.code]).not.toEqual([403, expect.anything()]);
    expect([status, body?.code]).not.toEqual([404, expect.anything()]);
  });
});

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
