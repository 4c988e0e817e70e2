import { instant, localDate, MINUTE, newUuid, now, plusDays, plusMs } from '@yoyaku/kernel';
import { employed } from './a-business';
import { ApiUnderTest, type Method, MOVED, type Reply, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let owner: SignedInUser;
let rival: SignedInUser;
let businessId: string;
let yuki: string;
let room: string;
/** Of another business. */
let foreign: { businessId: string; resource: string; location: string; policy: string };

const call = (method: Method, path: string, body?: unknown, user = owner, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body !== undefined && { body }) });
const anybody = (path: string, reply?: Reply) => api.call('GET', path, { headers: reply ? seen(reply) : {} });
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string, prefer: 'wait=10' });

async function found(user: SignedInUser): Promise<string> {
  const founding = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const { body } = await call('POST', '/owner/businesses', founding, user);
  await call('POST', `/admin/businesses/${body.id}/approve`, {}, await api.admin());
  return body.id;
}

const addResource = (change: object = {}) =>
  call('POST', '/owner/resources', { businessId, kind: 'staff', name: 'Yuki', ...change });
const addService = (change: object = {}) =>
  call('POST', '/owner/services', {
    businessId,
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 8000, currency: 'JPY' },
    requirements: [{ anyOf: [yuki] }, { anyOf: [room] }],
    ...change,
  });
const addPolicy = (change: object = {}) =>
  call('POST', '/policies', { businessId, name: 'A day before', freeUntilHours: 24, ...change });

beforeAll(async () => {
  api = await ApiUnderTest.start();
  [owner, rival] = [await api.register('Olivia'), await api.register('Rita')];
  businessId = await found(owner);
  yuki = (await addResource()).body.id;
  room = (await addResource({ kind: 'room', name: 'Room 1' })).body.id;
  const other = await found(rival);
  const theirs = async (path: string, body: object) => (await call('POST', path, body, rival)).body.id as string;
  foreign = {
    businessId: other,
    resource: await theirs('/owner/resources', { businessId: other, kind: 'room', name: 'Theirs' }),
    location: await theirs(`/owner/businesses/${other}/locations`, { name: 'Theirs' }),
    policy: await theirs('/policies', { businessId: other, name: 'Theirs', freeUntilHours: 1 }),
  };
});
afterAll(() => api.stop());

it('what a business offers before it is approved is there for its own people alone, its time too', async () => {
  const founding = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const { id } = (await call('POST', '/owner/businesses', founding)).body;
  const resource = (await addResource({ businessId: id })).body.id;
  const service = await addService({ businessId: id, requirements: [{ anyOf: [resource] }] });
  const paths = [
    `/businesses/${id}`,
    `/services/${service.body.id}`,
    `/resources/${resource}`,
    `/availability?businessId=${id}&serviceId=${service.body.id}&from=2029-04-01&to=2029-04-01`,
    `/availability/resources?serviceId=${service.body.id}&start=2029-04-01T03:00:00Z`,
  ];
  for (const path of paths) {
    expect([path, (await anybody(path, service)).status]).toEqual([path, 404]);
    expect([path, (await call('GET', path, undefined, rival, seen(service))).status]).toEqual([path, 404]);
    expect([path, (await call('GET', path, undefined, owner, seen(service))).status]).toEqual([path, 200]);
  }
});

it('what a business offers is listed for everybody for as long as the business is', async () => {
  const business = await found(owner);
  const resource = await addResource({ businessId: business });
  const service = await addService({ businessId: business, requirements: [{ anyOf: [resource.body.id] }] });
  const step = async (name: string, body = {}) =>
    call('POST', `/admin/businesses/${business}/${name}`, body, await api.admin());
  const listed = async (path: string, after: Reply) =>
    (await anybody(`${path}?limit=200&sort=-createdAt`, after)).body.items.map(({ id }: { id: string }) => id);
  const both = [resource.body.id, service.body.id];
  const seenAfter = async (after: Reply) => {
    const ids = [...(await listed('/resources', after)), ...(await listed('/services', after))];
    return both.filter((id) => ids.includes(id));
  };
  expect(await seenAfter(service)).toEqual(both);
  expect(await seenAfter(await step('suspend', { reason: 'fraud' }))).toEqual([]);
  expect(await seenAfter(await step('reinstate'))).toEqual(both);
  expect(await seenAfter(await call('DELETE', `/owner/businesses/${business}`))).toEqual([]);
});

describe('resources', () => {
  it('are added, changed, removed, and read as the commands answered', async () => {
    const added = await addResource({ name: 'Ken', userId: owner.id, capacity: 2 });
    expect(added).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/resources/${added.body.id}` },
      body: { businessId, kind: 'staff', name: 'Ken', capacity: 2, locationId: null, userId: owner.id, hours: null },
    });
    const path = `/owner/resources/${added.body.id}`;
    const seenBy = async (token?: string) => {
      const headers = { 'x-min-position': added.headers['x-event-position'] as string, prefer: 'wait=10' };
      const one = await api.call('GET', `/resources/${added.body.id}`, { token, headers });
      const { body } = await api.call('GET', `/resources?businessId=${businessId}&limit=200`, { token, headers });
      const listed = body.items.find(({ id }: { id: string }) => id === added.body.id);
      return [one.body.userId, listed.userId];
    };
    expect(await seenBy()).toEqual([undefined, undefined]);
    expect(await seenBy(rival.token)).toEqual([undefined, undefined]);
    expect(await seenBy(owner.token)).toEqual([owner.id, owner.id]);
    const changed = await call('PUT', path, { name: 'Kenji', userId: null });
    expect(changed).toMatchObject({ status: 200, body: { ...added.body, ...MOVED, name: 'Kenji', userId: null } });
    const { userId: _, ...known } = changed.body;
    expect((await anybody(`/resources/${added.body.id}`, changed)).body).toEqual(known);
    const { items } = (await anybody(`/resources?businessId=${businessId}&kind=staff`, changed)).body;
    expect(items).toContainEqual(known);
    const removed = await call('DELETE', path);
    expect(removed).toMatchObject({ status: 200, body: { affected: [], affectedCount: 0 } });
    expect(await anybody(`/resources/${added.body.id}`, removed)).toMatchObject({ status: 404 });
    expect(await call('PUT', path, { name: 'x' })).toMatchObject({ status: 404, body: { code: 'resource.not_found' } });
  });

  it('whose person has left the business are neither listed nor booked from then on', async () => {
    const [ken, guest] = [await api.register('Ken'), await api.register('Hanako')];
    const assigned = await employed(api, owner.token, { businessId, userId: ken.id, role: 'staff' });
    const resource = (await addResource({ userId: ken.id })).body.id;
    const week = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, opens: '00:00', closes: '24:00' }));
    await call('PUT', `/owner/businesses/${businessId}/hours`, { hours: week });
    const alone = await addService({ requirements: [{ anyOf: [resource] }] });
    const either = await addService({ requirements: [{ anyOf: [yuki, resource] }] });
    const date = plusDays(localDate(now(), 'UTC'), 3);
    const idsAt = async (service: Reply, reply: Reply): Promise<string[]> => {
      const path = `/availability?businessId=${businessId}&serviceId=${service.body.id}&from=${date}&to=${date}`;
      return (await anybody(path, reply)).body.slots[0]?.resourceIds ?? [];
    };
    const book = (service: Reply, minutes: number, resourceIds: string[] = []) => {
      const start = plusMs(instant(`${date}T03:00:00Z`), minutes * MINUTE);
      return call(
        'POST',
        '/bookings',
        { businessId, serviceId: service.body.id, start, resourceIds, another: true },
        guest,
      );
    };
    const listed = async (reply: Reply) =>
      (await anybody(`/resources?businessId=${businessId}`, reply)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(either)).toContain(resource);
    expect(await idsAt(either, either)).toEqual([yuki, resource]);

    const left = await call('DELETE', `/staff/assignments/${assigned.body.id}/terminate`);
    expect(left.status).toBeLessThan(300);
    expect(await listed(left)).not.toContain(resource);
    expect(await idsAt(alone, left)).toEqual([]);
    expect(await idsAt(either, left)).toEqual([yuki]);
    expect(await book(alone, 0)).toMatchObject({ status: 422, body: { code: 'booking.resource_unsuitable' } });
    expect(await book(either, 0, [resource])).toMatchObject({
      status: 422,
      body: { code: 'booking.resource_unsuitable' },
    });
    expect((await book(either, 0)).body.resourceIds).toEqual([yuki]);
    expect((await book(either, 0)).body.code).toBe('booking.slot_taken');

    await employed(api, owner.token, { businessId, userId: ken.id, role: 'staff' });
    expect((await book(either, 0)).body.resourceIds).toEqual([resource]);
  });

  it('are nobody else’s to change', async () => {
    expect(await call('PUT', `/owner/resources/${yuki}`, { name: 'x' }, rival)).toMatchObject({ status: 404 });
    expect(await call('DELETE', `/owner/resources/${yuki}`, undefined, rival)).toMatchObject({ status: 404 });
    expect(await addResource({ businessId: foreign.businessId })).toMatchObject({ status: 404 });
    expect(await api.call('DELETE', `/owner/resources/${yuki}`)).toMatchObject({ status: 401 });
  });

  it.each([
    [{ name: '' }, 'name', 400],
    [{ kind: 'robot' }, 'kind', 400],
    [{ kind: undefined }, 'kind', 400],
    [{ capacity: 0 }, 'capacity', 400],
    [{ capacity: 1.5 }, 'capacity', 400],
    [{ capacity: '2' }, 'capacity', 400],
    [{ locationId: newUuid() }, 'locationId', 422],
    [{ userId: newUuid() }, 'userId', 422],
    [{ hours: [] }, 'hours', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await addResource(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );

  it('refuse what belongs to another business', async () => {
    expect(await addResource({ locationId: foreign.location })).toMatchObject({
      status: 422,
      body: { code: 'location.unknown', errors: [{ path: 'locationId' }] },
    });
    expect(await addResource({ kind: 'room', userId: owner.id })).toMatchObject({
      status: 422,
      body: { code: 'resource.user_needs_staff' },
    });
  });
});

describe('working hours', () => {
  const hours = [
    { day: 1, starts: '09:00', ends: '12:00' },
    { day: 1, starts: '13:00', ends: '24:00' },
  ];

  it('are set and read', async () => {
    const set = await call('PUT', '/staff/working-hours', { resourceId: yuki, hours });
    expect(set).toMatchObject({ status: 200, body: { resourceId: yuki, hours } });
    const read = await call('GET', `/staff/working-hours/${yuki}`, undefined, owner, seen(set));
    expect(set.body).toMatchObject(read.body);
    const all = await call('GET', `/staff/working-hours?businessId=${businessId}`);
    expect(all.body.items).toContainEqual(read.body);
    expect(await call('PUT', '/staff/working-hours', { resourceId: yuki, hours }, rival)).toMatchObject({
      status: 404,
    });
    expect(await call('GET', `/staff/working-hours/${yuki}`, undefined, rival)).toMatchObject({ status: 404 });
  });

  it.each([
    [{ hours: [{ day: 0, starts: '09:00', ends: '12:00' }] }, 'hours[0].day', 400],
    [{ hours: [{ day: 1, starts: '09:00', ends: '25:00' }] }, 'hours[0].ends', 400],
    [{ hours: [{ day: 1, opens: '09:00', closes: '12:00' }] }, 'hours[0].opens', 400],
    [{ hours: [...hours, { day: 1, starts: '11:00', ends: '14:00' }] }, 'hours', 422],
    [{ hours: null }, 'hours', 400],
    [{ resourceId: 'x' }, 'resourceId', 400],
  ])('refuse %j', async (change, path, status) => {
    const reply = await call('PUT', '/staff/working-hours', { resourceId: yuki, hours, ...change });
    expect(reply).toMatchObject({ status });
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('are of resources that are there', async () =>
    expect(await call('PUT', '/staff/working-hours', { resourceId: newUuid(), hours })).toMatchObject({
      status: 404,
      body: { code: 'resource.not_found' },
    }));
});

describe('exceptions', () => {
  const add = (change: object = {}) =>
    call('POST', '/staff/exceptions', { resourceId: yuki, date: '2027-05-04', kind: 'off', ...change });

  it('are added, changed, removed', async () => {
    const added = await add();
    expect(added).toMatchObject({
      status: 201,
      body: { resourceId: yuki, businessId, date: '2027-05-04', kind: 'off', hours: [] },
    });
    expect(await add()).toMatchObject({ status: 409, body: { code: 'exception.date_taken' } });
    const path = `/staff/exceptions/${added.body.id}`;
    const hours = [{ starts: '10:00', ends: '12:00' }];
    const changed = await call('PUT', path, { kind: 'hours', hours, date: '2027-05-05' });
    expect(changed.body).toEqual({ ...added.body, ...MOVED, kind: 'hours', hours, date: '2027-05-05' });
    const { body: read } = await call('GET', path, undefined, owner, seen(changed));
    expect(changed.body).toMatchObject(read);
    const list = `/staff/exceptions?businessId=${businessId}&resourceId=${yuki}&from=2027-05-05&to=2027-05-05`;
    expect((await call('GET', list)).body.items).toEqual([read]);
    expect((await call('GET', `${list}&limit=1&sort=-date`)).body.items).toEqual([read]);
    expect(await call('PUT', path, { kind: 'off' }, rival)).toMatchObject({ status: 404 });
    const removed = await call('DELETE', path);
    expect(removed.status).toBe(204);
    expect(await call('DELETE', path)).toMatchObject({ status: 204 });
    expect(await call('PUT', path, { kind: 'off' })).toMatchObject({ status: 404 });
    expect(await call('GET', path, undefined, owner, seen(removed))).toMatchObject({ status: 404 });
  });

  it.each([
    [{ date: '2027-13-01' }, 'date', 400],
    [{ date: undefined }, 'date', 400],
    [{ kind: 'maybe' }, 'kind', 400],
    [{ kind: 'hours' }, 'hours', 422],
    [
      {
        kind: 'hours',
        hours: [
          { starts: '12:00', ends: '10:00' },
          { starts: '13:00', ends: '14:00' },
        ],
      },
      'hours',
      422,
    ],
    [{ kind: 'hours', hours: [{ starts: 'x', ends: '10:00' }] }, 'hours[0].starts', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await add(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );
});

describe('services', () => {
  it('are offered, changed, removed, and read as the commands answered', async () => {
    const price = { amount: 9000, currency: 'JPY' };
    const added = await addService({ category: 'Hair', overrides: [{ resourceId: yuki, price }] });
    expect(added).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/services/${added.body.id}` },
      body: {
        capacity: 1,
        bufferBeforeMinutes: 0,
        policyId: null,
        overrides: [{ resourceId: yuki, price, durationMinutes: null }],
      },
    });
    const path = `/owner/services/${added.body.id}`;
    const changed = await call('PUT', path, { durationMinutes: 90, depositRule: { percent: 20 }, category: null });
    expect(changed.body).toEqual({
      ...added.body,
      ...MOVED,
      durationMinutes: 90,
      depositRule: { percent: 20 },
      category: null,
    });
    expect((await anybody(`/services/${added.body.id}`, changed)).body).toEqual(changed.body);
    for (const list of ['/services', `/businesses/${businessId}/services`]) {
      const of = async (query: string) => (await anybody(`${list}?limit=200${query}`)).body.items;
      expect(await of(`&resourceId=${yuki}`)).toContainEqual(changed.body);
      expect(await of(`&resourceId=${newUuid()}`)).toEqual([]);
      expect(await of('&category=Hair')).toEqual([]);
    }
    const removed = await call('DELETE', path);
    expect(removed.status).toBe(200);
    expect(await anybody(`/services/${added.body.id}`, removed)).toMatchObject({ status: 404 });
    expect(await call('PUT', path, { name: 'x' })).toMatchObject({ status: 404, body: { code: 'service.not_found' } });
  });

  it('are saved with what they named before, though it has gone since', async () => {
    const [gone, place, policy] = [
      (await addResource()).body.id,
      (await call('POST', `/owner/businesses/${businessId}/locations`, { name: 'Ginza' })).body.id,
      (await addPolicy()).body.id,
    ];
    const named = { requirements: [{ anyOf: [yuki, gone] }], locationIds: [place], policyId: policy };
    const { body } = await addService(named);
    await call('DELETE', `/owner/resources/${gone}`);
    await call('DELETE', `/owner/businesses/${businessId}/locations/${place}`);
    await call('DELETE', `/policies/${policy}`);
    expect(await call('PUT', `/owner/services/${body.id}`, { name: 'Colour', ...named })).toMatchObject({
      status: 200,
    });
    const other = await addService({ requirements: [{ anyOf: [yuki] }] });
    const refused = await call('PUT', `/owner/services/${other.body.id}`, { requirements: named.requirements });
    expect(refused).toMatchObject({ status: 422, body: { code: 'service.unknown_resource' } });
  });

  it('of businesses that are not approved are not shown', async () => {
    const founding = { name: 'New', slug: `new-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const { id } = (await call('POST', '/owner/businesses', founding)).body;
    const added = await addService({ businessId: id, requirements: [] });
    expect(added.status).toBe(201);
    expect(await anybody(`/services/${added.body.id}`, added)).toMatchObject({ status: 404 });
    expect(await anybody(`/services?businessId=${id}`, added)).toMatchObject({ status: 404 });
    expect((await anybody('/services?limit=200', added)).body.items).not.toContainEqual(added.body);
    const own = await call('GET', `/services?businessId=${id}`, undefined, owner, seen(added));
    expect(own.body.items).toEqual([added.body]);
  });

  it.each([
    [{ name: undefined }, 'name', 400],
    [{ durationMinutes: 0 }, 'durationMinutes', 400],
    [{ durationMinutes: -60 }, 'durationMinutes', 400],
    [{ durationMinutes: 1e9 }, 'durationMinutes', 400],
    [{ price: 8000 }, 'price', 400],
    [{ price: { amount: -1, currency: 'JPY' } }, 'price.amount', 400],
    [{ price: { amount: 1.5, currency: 'JPY' } }, 'price.amount', 400],
    [{ price: { amount: 80, currency: 'USD' } }, 'price.currency', 422],
    [{ bufferBeforeMinutes: -1 }, 'bufferBeforeMinutes', 400],
    [{ capacity: 0 }, 'capacity', 400],
    [{ requirements: [{ anyOf: [] }] }, 'requirements[0].anyOf', 400],
    [{ requirements: [{ anyOf: ['x'] }] }, 'requirements[0].anyOf', 400],
    [{ requirements: [{ anyOf: [newUuid()] }] }, 'requirements[0].anyOf[0]', 422],
    [{ overrides: [{ resourceId: newUuid() }] }, 'overrides[0].resourceId', 422],
    [{ locationIds: [newUuid()] }, 'locationIds[0]', 422],
    [{ policyId: newUuid() }, 'policyId', 422],
    [{ depositRule: { percent: -1 } }, 'depositRule.percent', 400],
    [{ status: 'active' }, 'status', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await addService(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );

  it('name nothing of another business', async () => {
    for (const [change, path] of [
      [{ requirements: [{ anyOf: [yuki] }, { anyOf: [room, foreign.resource] }] }, 'requirements[1].anyOf[1]'],
      [{ locationIds: [foreign.location] }, 'locationIds[0]'],
      [{ policyId: foreign.policy }, 'policyId'],
    ] as const) {
      const { id } = (await addService()).body;
      expect(await addService(change)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
      expect(await call('PUT', `/owner/services/${id}`, change)).toMatchObject({
        status: 422,
        body: { errors: [{ path }] },
      });
    }
    expect(await addService({ businessId: foreign.businessId })).toMatchObject({ status: 404 });
  });

  it('are made once for one Idempotency-Key', async () => {
    const body = { businessId, name: 'Once', durationMinutes: 30, price: { amount: 1, currency: 'JPY' } };
    const once = () => call('POST', '/owner/services', body, owner, { 'idempotency-key': 'once' });
    const [first, second] = [await once(), await once()];
    expect(second).toMatchObject({ status: 201, text: first.text });
  });
});

describe('policies', () => {
  it('made the default at once, however many, are one default, and each is there', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => addPolicy({ name: 'At once', isDefault: true })));
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    const positions = made.map(({ headers }) => BigInt(headers['x-event-position'] as string));
    const last = made[positions.indexOf(positions.reduce((one, other) => (one > other ? one : other)))] as Reply;
    const { items } = (await call('GET', `/policies?businessId=${businessId}`, undefined, owner, seen(last))).body;
    expect(items).toHaveLength(8);
    expect(items.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toMatchObject([{ id: last.body.id }]);
    for (const { body } of made) await call('DELETE', `/policies/${body.id}`);
  });

  it('are made, changed, removed; one is the default', async () => {
    const strict = await addPolicy({ lateFee: { percent: 50 }, isDefault: true });
    expect(strict).toMatchObject({
      status: 201,
      body: { businessId, freeUntilHours: 24, lateFee: { percent: 50 }, noShowFee: null, isDefault: true },
    });
    const lax = await addPolicy({ name: 'Lax', freeUntilHours: 0 });
    expect(lax.body.isDefault).toBe(false);
    const path = `/policies/${lax.body.id}`;
    const changed = await call('PUT', path, {
      isDefault: true,
      noShowFee: { amount: { amount: 500, currency: 'JPY' } },
    });
    expect(changed.body).toEqual({
      ...lax.body,
      ...MOVED,
      isDefault: true,
      noShowFee: { amount: { amount: 500, currency: 'JPY' } },
    });
    expect((await call('GET', path, undefined, owner, seen(changed))).body).toEqual(changed.body);
    const list = (await call('GET', `/policies?businessId=${businessId}`)).body;
    expect(list).toEqual({ items: [{ ...strict.body, isDefault: false }, changed.body], nextCursor: null });
    const removed = await call('DELETE', path);
    expect(removed.status).toBe(204);
    expect(await call('GET', path, undefined, owner, seen(removed))).toMatchObject({ status: 404 });
    expect(await call('PUT', path, { name: 'x' })).toMatchObject({ status: 404 });
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? {} : undefined;
      expect(await call(method, `/policies/${foreign.policy}`, body)).toMatchObject({ status: 404 });
    }
  });

  it.each([
    [{ name: undefined }, 'name', 400],
    [{ freeUntilHours: -1 }, 'freeUntilHours', 400],
    [{ freeUntilHours: '24' }, 'freeUntilHours', 400],
    [{ lateFee: { percent: 1000 } }, 'lateFee.percent', 400],
    [{ lateFee: { percent: 10, more: 1 } }, 'lateFee.more', 400],
    [{ lateFee: 50 }, 'lateFee', 400],
    [{ noShowFee: { amount: { amount: 1, currency: 'USD' } } }, 'noShowFee.amount.currency', 422],
    [{ isDefault: 'yes' }, 'isDefault', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await addPolicy(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );
});
