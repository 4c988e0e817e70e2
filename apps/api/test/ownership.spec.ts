import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Agenda } from '@yoyaku/booking';
import { Business } from '@yoyaku/business';
import { Commands, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { deriveUuid, instant, newUuid, type Uuid, uuid } from '@yoyaku/kernel';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { Customer } from '../../../libs/customers/src/domain/customer.decider';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, callOn, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;
let rival: ABusiness;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
  admin = await somebody(api, 'admin');
  [salon, rival] = [await aBusiness(api, admin), await aBusiness(api, admin)];
});
afterAll(() => api.stop());

const call = (user: Person, method: Method, path: string, body?: object, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body && { body }) });

const seen = ({ headers }: Reply) => ({ 'x-min-position': headers['x-event-position'] });

/** Keeps a customer under an id of the caller's choice, as a request to an earlier build could. */
async function plant(customerId: Uuid, businessId: Uuid): Promise<void> {
  const profile = { name: 'Mallory', email: null, phone: null, birthday: null, locale: null, assignedTo: null };
  const data = { ...profile, customerId, businessId, status: 'customer', tags: [], consents: [] } as const;
  await api.app
    .get(Commands)
    .execute(Customer, customerId, { type: 'CreateCustomer', data }, systemContext('spec'), 'assumeEmpty');
}

describe('the id of a new thing', () => {
  const places: [string, (things: ABusiness['things']) => object][] = [
    ['/customers', ({ business }) => ({ businessId: business, name: 'Hanako' })],
    ['/customers/notes', ({ customer }) => ({ customerId: customer, kind: 'general', text: 'Tea' })],
    ['/owner/businesses', () => ({ name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' })],
    ['/owner/businesses/:business/locations', () => ({ name: 'Ginza' })],
    ['/owner/resources', ({ business }) => ({ businessId: business, kind: 'room', name: 'Room' })],
    [
      '/owner/services',
      ({ business }) => ({
        businessId: business,
        name: 'Cut',
        durationMinutes: 60,
        price: { amount: 8000, currency: 'JPY' },
      }),
    ],
    ['/policies', ({ business }) => ({ businessId: business, name: 'A day', freeUntilHours: 24 })],
    ['/staff/exceptions', ({ resource }) => ({ resourceId: resource, date: '2029-04-01', kind: 'off' })],
    ['/resources/:resource/blocks', () => ({ start: '2029-04-01T00:00:00Z', end: '2029-04-02T00:00:00Z' })],
    [
      '/bookings',
      ({ business, service, customer }) => ({
        businessId: business,
        serviceId: service,
        customerId: customer,
        start: salon.start,
      }),
    ],
    ['/bookings', () => ({ title: 'Dentist', start: '2029-04-01T00:00:00Z', end: '2029-04-01T01:00:00Z' })],
  ];

  it.each(places)('is no field of POST %s', async (path, body) => {
    const url = path.replace(/:(\w+)/, (_, name: string) => salon.things[name] as string);
    const reply = await call(salon.people.owner, 'POST', url, { ...body(salon.things), id: newUuid() });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: 'id', code: 'unknown_field' }] } });
  });

  it('is the same for who sends a command again with its key', async () => {
    const { business } = salon.things;
    const headers = { 'idempotency-key': newUuid() };
    const add = () => call(salon.people.owner, 'POST', '/customers', { businessId: business, name: 'Aiko' }, headers);
    const [first, second] = [await add(), await add()];
    expect(first.status).toBe(201);
    expect(second.text).toBe(first.text);
  });
});

describe('an id in capitals', () => {
  const upper = (things: ABusiness['things'], ...names: string[]) =>
    Object.fromEntries(names.map((name) => [`${name}Id`, (things[name] as string).toUpperCase()]));

  it('in a body names the same thing', async () => {
    const { owner } = salon.people;
    const { business, service, resource, customer } = salon.things;
    const booked = await call(owner, 'POST', '/bookings', {
      ...upper(salon.things, 'business', 'service', 'customer'),
      resourceIds: [resource?.toUpperCase()],
      start: salon.start.replace('T03', 'T05'),
    });
    expect(booked).toMatchObject({
      status: 201,
      body: { businessId: business, serviceId: service, customerId: customer, resourceIds: [resource] },
    });
    const note = { ...upper(salon.things, 'customer'), kind: 'general', text: 'Tea' };
    const noted = await call(owner, 'POST', '/customers/notes', note);
    expect(noted).toMatchObject({ status: 201, body: { customerId: customer, businessId: business } });
    const found = await call(owner, 'GET', `/bookings/${booked.body.id.toUpperCase()}`, undefined, seen(booked));
    expect(found).toMatchObject({ status: 200, body: { id: booked.body.id } });
  });

  it('in a header or a query names the same business', async () => {
    const { owner } = salon.people;
    const { business, customer } = salon.things;
    const headers = { 'x-business-id': business?.toUpperCase() };
    const added = await call(owner, 'POST', '/policies', { name: 'A week', freeUntilHours: 168 }, headers);
    expect(added).toMatchObject({ status: 201, body: { businessId: business } });
    const { body } = await call(owner, 'GET', `/customers?businessId=${business?.toUpperCase()}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toContain(customer);
  });

  it('twice in a list is there twice', async () => {
    const { resource } = salon.things;
    const requirements = [{ anyOf: [resource, resource?.toUpperCase()] }];
    const reply = await call(salon.people.owner, 'PUT', `/owner/services/${salon.things.service}`, { requirements });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: 'requirements[0].anyOf' }] } });
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])(
    'is refused where it is no id: %s',
    async (businessId) => {
      const { owner } = salon.people;
      const refused = { status: 400, body: { errors: [{ path: 'businessId', code: 'not_uuid' }] } };
      expect(await call(owner, 'POST', '/customers', { businessId, name: 'Aiko' })).toMatchObject(refused);
      expect(await call(owner, 'GET', `/services?businessId=${businessId}`)).toMatchObject(refused);
      expect(await call(owner, 'GET', `/businesses/${businessId}`)).toMatchObject({ status: 400 });
    },
  );
});

describe('a key of personal data', () => {
  it('is no other kind’s: who erases a customer erases nothing of the user or the resource with that id', async () => {
    const victim = await somebody(api);
    const { owner } = salon.people;
    const { business, resource } = salon.things as { business: string; resource: string };
    for (const id of [victim.id, resource]) {
      await plant(uuid(id), uuid(business));
      expect(await call(owner, 'POST', `/customers/${id}/erase`)).toMatchObject({ status: 200 });
    }
    expect(await call(victim, 'GET', '/auth/me')).toMatchObject({ status: 200, body: { name: 'user' } });
    expect(await call(victim, 'PATCH', '/users/me', { name: 'Vera' })).toMatchObject({ status: 200 });
    const renamed = await call(owner, 'PUT', `/owner/resources/${resource}`, { name: 'Ken' });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Ken' } });
  });
});

describe('the customer that a user is', () => {
  it('is not whoever has the id that derives from both', async () => {
    const user = await somebody(api);
    const { business, service } = salon.things as { business: string; service: string };
    const planted = deriveUuid('customer', business, user.id);
    await plant(planted, rival.things.business as Uuid);
    const start = salon.start.replace('T03', 'T07');
    const booked = await call(user, 'POST', '/bookings', { businessId: business, serviceId: service, start });
    expect(booked).toMatchObject({ status: 201, body: { userId: user.id } });
    expect(booked.body.customerId).not.toBe(planted);
    expect(await call(user, 'GET', `/bookings/${booked.body.id}`, undefined, seen(booked))).toMatchObject({
      status: 200,
    });
    const { body } = await call(rival.people.owner, 'GET', `/customers/${planted}/export`, undefined, seen(booked));
    expect(body.bookings).toEqual([]);
  });

  it('is so by that user’s own act alone', async () => {
    const hanako = await somebody(api);
    const { owner, manager } = salon.people;
    const { business } = salon.things;
    const { id } = (await call(owner, 'POST', '/customers', { businessId: business, name: 'Hanako' })).body;
    const link = (user: Person, userId: string, headers = {}) =>
      call(user, 'POST', `/customers/${id}/link-user`, { userId }, headers);
    expect(await link(owner, owner.id)).toMatchObject({ status: 422, body: { code: 'customer.own_link' } });
    expect(await link(manager, hanako.id)).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    expect(await link(hanako, hanako.id)).toMatchObject({ status: 404 });
    expect(await link(owner, hanako.id)).toMatchObject({ status: 200, body: { userId: null } });
    expect(await call(hanako, 'POST', `/customers/${id}/erase`)).toMatchObject({ status: 404 });
    expect(await call(hanako, 'GET', `/customers/${id}/export`)).toMatchObject({ status: 404 });
    expect(await link(hanako, owner.id)).toMatchObject({ status: 404 });
    expect(await link(hanako, hanako.id, { 'if-match': '"0"' })).toMatchObject({ status: 412 });
    expect(
      (await call(owner, 'GET', `/audit/entity/customer/${deriveUuid('customer', business as string, hanako.id)}`))
        .status,
    ).toBe(404);
    const linked = await link(hanako, hanako.id, { 'if-match': '"1"' });
    expect(linked).toMatchObject({
      status: 200,
      headers: { etag: expect.stringMatching(/^"2-/) },
      body: { id, userId: hanako.id },
    });
    expect(await call(hanako, 'GET', `/customers/${id}/export`, undefined, seen(linked))).toMatchObject({
      status: 200,
    });
    const start = salon.start.replace('T03', 'T09');
    const wish = { businessId: business, serviceId: salon.things.service, start };
    expect(await call(hanako, 'POST', '/bookings', wish)).toMatchObject({ status: 201, body: { customerId: id } });
  });
});

describe('what a thing refers to', () => {
  it('is of the same business: a resource is a member', async () => {
    const { owner } = salon.people;
    const path = `/owner/resources/${salon.things.resource}`;
    const refused = { status: 422, body: { code: 'resource.unknown_member' } };
    expect(await call(owner, 'PUT', path, { userId: rival.people.staff.id })).toMatchObject(refused);
    expect(await call(owner, 'PUT', path, { userId: salon.people.staff.id })).toMatchObject({ status: 200 });
  });

  it('exists: there is no vertical yet', async () => {
    const refused = { status: 422, body: { code: 'business.unknown_vertical' } };
    const path = `/owner/businesses/${salon.things.business}`;
    expect(await call(salon.people.owner, 'PUT', path, { verticalId: newUuid() })).toMatchObject(refused);
    const founding = { name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const founded = await call(salon.people.owner, 'POST', '/owner/businesses', { ...founding, verticalId: newUuid() });
    expect(founded).toMatchObject(refused);
  });
});

describe('things of two kinds, or of two businesses, with one id', () => {
  it('are a booking and a private appointment, each with its own row and history', async () => {
    const mallory = await somebody(api);
    const { owner } = salon.people;
    const { booking } = salon.things as { booking: Uuid };
    const times = { start: instant('2029-05-01T00:00:00Z'), end: instant('2029-05-01T01:00:00Z') };
    const data = { appointmentId: booking, userId: uuid(mallory.id), title: 'Mine', ...times };
    const planned = await api.app
      .get(Commands)
      .execute(Agenda, mallory.id, { type: 'PlanAppointment', data }, systemContext('spec'));
    const after = { 'x-min-position': String(planned.position) };
    const path = `/bookings/${booking}`;
    const [theirs, mine] = [await call(owner, 'GET', path, undefined, after), await call(mallory, 'GET', path)];
    expect(theirs.body).toMatchObject({ title: null, businessId: salon.things.business, start: salon.start });
    expect(mine.body).toMatchObject({ title: 'Mine', businessId: null, start: times.start });
    const typesSeenBy = async (user: Person) =>
      (await call(user, 'GET', `${path}/history`, undefined, after)).body.items.map(
        ({ type }: { type: string }) => type,
      );
    expect(await typesSeenBy(owner)).toEqual(['BookingRequested']);
    expect(await typesSeenBy(mallory)).toEqual(['AppointmentPlanned']);
  });

  it('are locations, each of its business', async () => {
    const { location } = salon.things as { location: Uuid };
    const place = {
      locationId: location,
      name: 'Annex',
      address: null,
      phone: null,
      coordinates: null,
      timeZone: null,
      hours: null,
    };
    const { position } = await api.app
      .get(Commands)
      .execute(Business, rival.things.business as string, { type: 'AddLocation', data: place }, systemContext('spec'));
    const nameAt = async ({ things }: ABusiness) => {
      const headers = { 'x-min-position': String(position) };
      return (await api.call('GET', `/businesses/${things.business}/locations/${location}`, { headers })).body.name;
    };
    expect([await nameAt(salon), await nameAt(rival)]).toEqual(['Main', 'Annex']);
  });
});

describe('a customer who is assigned to somebody else', () => {
  const profile = () => ({ businessId: salon.things.business, name: 'Hanako' });

  it('is theirs from the next request on, however far read models are', async () => {
    const { owner, sales_rep: rep } = salon.people;
    const made = await call(owner, 'POST', '/customers', profile());
    const path = `/customers/${made.body.id}`;
    expect((await call(rep, 'GET', path)).status).toBe(404);
    // Its row is to be there: whoever is refused has not waited for it.
    expect((await call(owner, 'GET', path, undefined, seen(made))).status).toBe(200);
    await call(admin, 'POST', '/admin/projections/customers/pause', {});
    try {
      expect((await call(owner, 'PUT', path, { assignedTo: rep.id })).status).toBe(200);
      expect(await call(rep, 'GET', path)).toMatchObject({ status: 200, body: { id: made.body.id } });
    } finally {
      await call(admin, 'POST', '/admin/projections/customers/resume', {});
    }
  });

  it('has as many bookings in the answer to who gave them away', async () => {
    const { owner, sales_rep: rep, sales_manager: other } = salon.people;
    const { id } = (await call(owner, 'POST', '/customers', { ...profile(), assignedTo: rep.id })).body;
    const start = salon.start.replace('T03', 'T13');
    const wish = { businessId: salon.things.business, serviceId: salon.things.service, customerId: id, start };
    const booked = await call(owner, 'POST', '/bookings', wish);
    const path = `/customers/${id}`;
    expect((await call(rep, 'GET', path, undefined, seen(booked))).body.bookings).toBe(1);
    const given = await call(rep, 'PUT', path, { assignedTo: other.id });
    expect(given).toMatchObject({ status: 200, body: { assignedTo: other.id, bookings: 1 } });
    expect((await call(rep, 'GET', path)).status).toBe(404);
  });
});

describe('somebody else’s booking', () => {
  it('is not there, whatever is asked to be changed of it', async () => {
    const stranger = await somebody(api);
    const asked = async (id: string | undefined, change: object) => {
      const { status, body } = await call(stranger, 'PUT', `/bookings/${id}`, change);
      const { instance: _, ...problem } = body;
      return { status, ...problem };
    };
    for (const change of [{ note: 'Mine' }, { title: 'Mine' }, { start: salon.start }, { note: null, title: 'Mine' }]) {
      const absent = await asked(newUuid(), change);
      expect(absent).toMatchObject({ status: 404, code: 'booking.not_found' });
      expect(await asked(salon.things.booking, change)).toEqual(absent);
    }
  });

  it('is there for the business’s people, also in a process that has looked for it before it was made', async () => {
    const { business, customer, service, resource } = salon.things as Record<
      'business' | 'customer' | 'service' | 'resource',
      Uuid
    >;
    const { owner } = salon.people;
    const bookingId = newUuid();
    const look = (headers = {}) =>
      callOn(api.apps[1] as NestFastifyApplication, 'GET', `/bookings/${bookingId}`, { token: owner.token, headers });
    expect((await look()).status).toBe(404);
    const start = instant('2029-05-02T03:00:00Z');
    const data = {
      bookingId,
      businessId: business,
      customerId: customer,
      userId: null,
      holdId: newUuid(),
      locationId: null,
      resourceIds: [resource],
      start,
      end: instant('2029-05-02T04:00:00Z'),
      serviceId: service,
      serviceName: 'Cut',
      price: { amount: 8000, currency: 'JPY' },
      partySize: 1,
      note: null,
      terms: {
        freeUntilHours: 0,
        lateFee: null,
        noShowFee: null,
        pendingExpiryMinutes: 60,
        checkInFromMinutes: 60,
        noShowAfterMinutes: 15,
        autoCompleteMinutes: null,
        depositRule: null,
        holdMinutes: 15,
        reminderHours: [24, 2],
      },
      status: 'confirmed',
      pendingFor: [],
      expiresAt: null,
      overridden: [],
    } as const;
    const command = { type: 'RequestBooking', data } as const;
    const made = await api.app.get(Commands).execute(Booking, bookingId, command, systemContext('spec'), 'assumeEmpty');
    expect((await look({ 'x-min-position': String(made.position) })).status).toBe(200);
  });
});

describe('the Location of what was made', () => {
  it.each<[string, (things: ABusiness['things']) => string, object]>([
    ['a location', ({ business }) => `/owner/businesses/${business}/locations`, { name: 'Ginza', address: '4-1' }],
    [
      'a block',
      ({ resource }) => `/resources/${resource}/blocks`,
      { start: '2029-06-01T00:00:00Z', end: '2029-06-02T00:00:00Z', reason: 'Holiday' },
    ],
  ])('leads to %s', async (_, path, body) => {
    const { owner } = salon.people;
    const made = await call(owner, 'POST', path(salon.things), body);
    expect(made).toMatchObject({ status: 201, body });
    const got = await call(
      owner,
      'GET',
      (made.headers.location as string).replace('/api/v1', ''),
      undefined,
      seen(made),
    );
    // What is told of bookings beside a thing is no part of it.
    const { affected: _affected, affectedCount: _count, ...thing } = made.body;
    expect(got).toMatchObject({ status: 200, body: thing });
  });

  it('of a block is there for staff, in a list, until the block is lifted', async () => {
    const path = `/resources/${salon.things.resource}/blocks`;
    const times = { start: '2029-07-01T00:00:00Z', end: '2029-07-02T00:00:00Z' };
    const { body: block } = await call(salon.people.owner, 'POST', path, times);
    const lifted = await call(salon.people.owner, 'DELETE', `${path}/${block.id}`);
    expect(await call(salon.people.staff, 'GET', `${path}/${block.id}`, undefined, seen(lifted))).toMatchObject({
      status: 404,
      body: { code: 'block.not_found' },
    });
    expect((await call(salon.people.staff, 'GET', path)).body.items).toEqual([
      expect.objectContaining({ reason: 'Holiday' }),
    ]);
    expect(await call(rival.people.owner, 'GET', path)).toMatchObject({ status: 404 });
  });
});

describe('a condition (If-Match) that does not hold', () => {
  const stale = { 'if-match': '"999"' };

  it('keeps an operation of several steps from its first', async () => {
    const { owner } = salon.people;
    const { business, resource, service } = salon.things;
    const head = () => api.app.get(EventStoreDb).head();
    const requests: [Method, string, object][] = [
      ['PUT', `/owner/businesses/${business}`, { slug: `moved-${newUuid()}` }],
      ['POST', '/staff/exceptions', { resourceId: resource, date: '2029-08-01', kind: 'off' }],
      ['POST', '/bookings', { businessId: business, serviceId: service, start: salon.start.replace('T03', 'T11') }],
    ];
    for (const [method, path, body] of requests) {
      const before = await head();
      const { status } = await call(owner, method, path, body, stale);
      expect([path, status, await head()]).toEqual([path, 412, before]);
    }
  });
});
