import { CreateBusiness } from '@yoyaku/business';
import { Commands, EventStoreUnavailable, reservation, systemContext } from '@yoyaku/eventing';
import { deriveUuid, newUuid, type Uuid, uuid } from '@yoyaku/kernel';
import { aBusiness, employed } from './a-business';
import { ApiUnderTest, type Method, MOVED, type Reply, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let admin: SignedInUser;
let owner: SignedInUser;
let stranger: SignedInUser;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  owner = await api.register('Olivia');
  stranger = await api.register('Sam');
});
afterAll(() => api.stop());

const as =
  (user: () => SignedInUser) =>
  (method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> =>
    api.call(method, path, { token: user().token, ...(body !== undefined && { body }), ...(headers && { headers }) });
const asOwner = as(() => owner);
const asAdmin = as(() => admin);
const asStranger = as(() => stranger);

/** Reads what the command made, as soon as it is there. */
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });

let number = 0;
const founding = (change: object = {}) => ({
  name: 'Salon Sakura',
  slug: `sakura-${++number}`,
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
  ...change,
});
const found = (change?: object) => asOwner('POST', '/owner/businesses', founding(change));

async function approved(change?: object) {
  const { body } = await found(change);
  await asAdmin('POST', `/admin/businesses/${body.id}/approve`, {});
  return body as { id: string; slug: string };
}

/** Founds a business under that id, as no request can. */
const foundAs = (businessId: Uuid, slug: string) => {
  const profile = { ...founding({ slug }), locale: 'en', verticalId: null, description: null };
  return api.app
    .get(Commands)
    .send(new CreateBusiness({ ...profile, businessId, ownerId: uuid(owner.id) }, systemContext('spec')));
};

it('a slug that a request changed before it died is free once that request is repeated', async () => {
  const { id, slug } = (await found()).body;
  const change = (key: string) =>
    asOwner('PUT', `/owner/businesses/${id}`, { slug: `${slug}-anew` }, { 'idempotency-key': key });
  const key = newUuid();
  const execute = Commands.prototype.execute;
  const dying = jest.spyOn(Commands.prototype, 'execute').mockImplementation(function (this: Commands, ...given) {
    if (given[2].type === 'ReleaseName') throw new EventStoreUnavailable(new Error('It died'));
    return execute.apply(this, given);
  });
  expect((await change(key)).status).toBe(503);
  dying.mockRestore();
  expect((await found({ slug })).status).toBe(409);
  expect(await change(key)).toMatchObject({ status: 200, body: { slug: `${slug}-anew` } });
  expect((await found({ slug })).status).toBe(201);
});

describe('founding a business', () => {
  it('answers with it, pending review', async () => {
    const { status, headers, body } = await found({ description: 'Hair', locale: 'ja' });
    expect(status).toBe(201);
    expect(headers).toMatchObject({
      etag: expect.stringMatching(/^"0-/),
      location: `/api/v1/owner/businesses/${body.id}`,
    });
    expect(body).toMatchObject({
      status: 'pending_review',
      ownerId: owner.id,
      currency: 'JPY',
      locale: 'ja',
      hours: null,
      holidays: [],
      settings: { slotIntervalMinutes: 15, autoConfirm: true },
    });
  });

  it('shows it to its owner and to admins as the command answered, to others not', async () => {
    const reply = await found();
    const path = `/owner/businesses/${reply.body.id}`;
    expect((await asOwner('GET', path, undefined, seen(reply))).body).toEqual(reply.body);
    expect((await asAdmin('GET', `/admin/businesses/${reply.body.id}`)).body).toEqual(reply.body);
    expect(await asStranger('GET', path)).toMatchObject({ status: 404, body: { code: 'business.not_found' } });
    expect(await api.call('GET', `/businesses/${reply.body.id}`)).toMatchObject({ status: 404 });
    expect(await asOwner('GET', `/businesses/${reply.body.id}`)).toMatchObject({ status: 200 });
    const { items } = (await asOwner('GET', '/owner/businesses?limit=200')).body;
    expect(items).toContainEqual(reply.body);
    expect((await asStranger('GET', '/owner/businesses')).body.items).toEqual([]);
  });

  it('takes a slug once, also of many who come at once', async () => {
    const slug = `wanted-${++number}`;
    const replies = await Promise.all(Array.from({ length: 8 }, () => found({ slug })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const refused = replies.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'business.slug_taken', errors: [{ path: 'slug' }] });
  });

  it('takes a slug over from a founding that died on the way', async () => {
    const slug = `orphan-${++number}`;
    const reserve = { type: 'ReserveName', data: { owner: newUuid() } } as const;
    const reservations = reservation('slug', 'business.slug_taken');
    const id = deriveUuid('slug', slug);
    await api.app.get(Commands).execute(reservations, id, reserve, systemContext('spec'));
    expect(await found({ slug })).toMatchObject({ status: 201, body: { slug } });
    await expect(foundAs(reserve.data.owner, slug)).rejects.toMatchObject({ code: 'business.slug_taken' });
    await expect(foundAs(reserve.data.owner, `${slug}-2`)).rejects.toMatchObject({ code: 'business.slug_taken' });
  });

  it('refused leaves its slug free', async () => {
    const id = newUuid();
    await foundAs(id, `once-${++number}`);
    const slug = `free-${++number}`;
    await expect(foundAs(id, slug)).rejects.toMatchObject({ code: 'business.id_taken' });
    expect(await found({ slug })).toMatchObject({ status: 201 });
  });

  it.each([
    ['name', ''],
    ['name', 'x'.repeat(121)],
    ['name', null],
    ['slug', 'Not A Slug'],
    ['slug', 'ab'],
    ['timeZone', 'Mars/Olympus'],
    ['currency', 'XXY'],
    ['currency', undefined],
    ['locale', '?'],
    ['verticalId', 'x'],
    ['description', 5],
    ['owner', 'me'],
  ])('refuses %s %j', async (path, value) =>
    expect(await found({ [path]: value })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path }] },
    }),
  );

  it('refuses slugs that the platform needs', async () =>
    expect(await found({ slug: 'admin' })).toMatchObject({ status: 422, body: { code: 'business.slug_reserved' } }));
});

describe('changing a business', () => {
  it('changes what is given, on condition where asked', async () => {
    const { body, headers } = await found();
    const path = `/owner/businesses/${body.id}`;
    const ifMatch = { 'if-match': headers.etag as string };
    const reply = await asOwner('PUT', path, { name: 'Sakura', description: 'Hair' }, ifMatch);
    expect(reply).toMatchObject({ status: 200, body: { ...body, ...MOVED, name: 'Sakura', description: 'Hair' } });
    expect(await asOwner('PUT', path, { name: 'Salon' }, ifMatch)).toMatchObject({ status: 412 });
    expect(await asOwner('PUT', path, { description: null })).toMatchObject({ body: { description: null } });
    expect(await asOwner('PUT', path, { name: null })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'name' }] },
    });
    expect(await asOwner('PUT', path, { currency: 'USD' })).toMatchObject({ status: 400 });
    expect(await asStranger('PUT', path, { name: 'Mine' })).toMatchObject({ status: 404 });
    expect(await api.call('PUT', path, { body: { name: 'Mine' } })).toMatchObject({ status: 401 });
    expect(await asOwner('PUT', `/owner/businesses/${newUuid()}`, {})).toMatchObject({ status: 404 });
    expect(await asOwner('PUT', '/owner/businesses/x', {})).toMatchObject({ status: 400 });
  });

  it('moves to another slug and gives the old one back', async () => {
    const [first, second] = [(await found()).body, (await found()).body];
    const path = `/owner/businesses/${first.id}`;
    expect(await asOwner('PUT', path, { slug: second.slug })).toMatchObject({ status: 409 });
    const slug = `moved-${++number}`;
    expect(await asOwner('PUT', path, { slug })).toMatchObject({ status: 200, body: { slug } });
    expect(await found({ slug: first.slug })).toMatchObject({ status: 201 });
    expect(await found({ slug })).toMatchObject({ status: 409 });
  });

  it('closes for good', async () => {
    const { id } = await approved();
    const path = `/owner/businesses/${id}`;
    const reply = await asOwner('DELETE', path);
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(await asOwner('DELETE', path)).toMatchObject({ status: 204 });
    expect(await asOwner('PUT', path, { name: 'x' })).toMatchObject({ status: 409, body: { code: 'business.closed' } });
    expect(await api.call('GET', `/businesses/${id}`, { headers: seen(reply) })).toMatchObject({ status: 404 });
  });

  it('closed says so of whatever is to be changed in it', async () => {
    const { people, things } = await aBusiness(api, admin);
    const { token } = people.owner;
    const { business: businessId, location, resource, service, policy, customer, member } = things;
    const own = `/owner/businesses/${businessId}`;
    expect((await api.call('DELETE', own, { token })).status).toBe(204);
    const price = { amount: 1, currency: 'JPY' };
    const changes: [Method, string, object?][] = [
      ['PUT', `${own}/hours`, { hours: [] }],
      ['PUT', `${own}/settings`, { autoConfirm: false }],
      ['PUT', `${own}/holidays`, { holidays: [] }],
      ['POST', `${own}/locations`, { name: 'Second' }],
      ['PUT', `${own}/locations/${location}`, { name: 'First' }],
      ['DELETE', `${own}/locations/${location}`],
      ['POST', '/owner/resources', { businessId, kind: 'room', name: 'R' }],
      ['PUT', `/owner/resources/${resource}`, { name: 'R' }],
      [
        'POST',
        '/owner/services',
        { businessId, name: 'S', durationMinutes: 60, price, requirements: [{ anyOf: [resource] }] },
      ],
      ['PUT', `/owner/services/${service}`, { name: 'S' }],
      ['POST', '/policies', { businessId, name: 'P', freeUntilHours: 1 }],
      ['PUT', `/policies/${policy}`, { name: 'P' }],
      ['POST', '/staff/assignments', { businessId, userId: newUuid(), role: 'staff' }],
      ['PUT', `/staff/assignments/${member}`, { role: 'staff' }],
      ['POST', '/customers', { businessId, name: 'C' }],
      ['PUT', `/customers/${customer}`, { name: 'C' }],
    ];
    const told = await Promise.all(
      changes.map(async ([method, path, body]) => {
        const { body: problem } = await api.call(method, path, { token, body });
        return `${method} ${path}: ${problem?.code}`;
      }),
    );
    expect(told).toEqual(changes.map(([method, path]) => `${method} ${path}: business.closed`));
  });
});

describe('hours, settings, holidays', () => {
  it('are set by the owner and read by all', async () => {
    const { id } = await approved();
    const hours = [
      { day: 1, opens: '09:00', closes: '12:00' },
      { day: 1, opens: '13:00', closes: '24:00' },
    ];
    const holidays = [
      { date: '2027-01-01', name: 'New Year' },
      { date: '2027-05-05', name: 'Children’s Day' },
    ];
    await asOwner('PUT', `/owner/businesses/${id}/hours`, { hours });
    await asOwner('PUT', `/owner/businesses/${id}/holidays`, { holidays });
    const reply = await asOwner('PUT', `/owner/businesses/${id}/settings`, {
      slotIntervalMinutes: 30,
      depositRule: { percent: 20 },
    });
    expect(reply).toMatchObject({ status: 200, body: { slotIntervalMinutes: 30, bookingWindowDays: 90 } });
    const read = (what: string) => api.call('GET', `/businesses/${id}/${what}`, { headers: seen(reply) });
    expect((await read('hours')).body).toEqual({ timeZone: 'Asia/Tokyo', hours });
    expect((await read('holidays')).body).toEqual({ holidays });
    const turned = await asOwner('PUT', `/owner/businesses/${id}/holidays`, { holidays: holidays.toReversed() });
    expect(turned.body).toEqual({ holidays, affected: [], affectedCount: 0 });
    expect((await read('settings')).body).toEqual(reply.body);
    expect((await read('locations')).body).toEqual({ items: [] });
    expect((await read('services')).body).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    ['hours', { hours: [{ day: 8, opens: '09:00', closes: '18:00' }] }, 'hours[0].day', 400],
    ['hours', { hours: [{ day: 1, opens: '24:00', closes: '24:00' }] }, 'hours[0].opens', 400],
    ['hours', { hours: [{ day: 1, opens: '9:00', closes: '18:00' }] }, 'hours[0].opens', 400],
    [
      'hours',
      {
        hours: [
          { day: 7, opens: '18:00', closes: '09:00' },
          { day: 1, opens: '08:00', closes: '12:00' },
        ],
      },
      'hours',
      422,
    ],
    ['hours', { hours: {} }, 'hours', 400],
    ['hours', {}, 'hours', 400],
    ['hours', { hours: Array(71).fill({ day: 1, opens: '09:00', closes: '18:00' }) }, 'hours', 400],
    ['holidays', { holidays: [{ date: '2027-02-30', name: 'x' }] }, 'holidays[0].date', 400],
    ['holidays', { holidays: Array(2).fill({ date: '2027-01-01', name: 'x' }) }, 'holidays', 422],
    ['settings', { slotIntervalMinutes: 0 }, 'slotIntervalMinutes', 400],
    ['settings', { bookingWindowDays: 1e9 }, 'bookingWindowDays', 400],
    ['settings', { autoConfirm: 'yes' }, 'autoConfirm', 400],
    ['settings', { reminderHours: [0] }, 'reminderHours', 400],
    ['settings', { depositRule: { percent: 10, amount: { amount: 1, currency: 'JPY' } } }, 'depositRule', 400],
    ['settings', { depositRule: {} }, 'depositRule', 400],
    ['settings', { depositRule: { percent: 101 } }, 'depositRule.percent', 400],
    ['settings', { noShowFee: { amount: { amount: 1, currency: 'USD' } } }, 'noShowFee.amount.currency', 422],
    ['settings', { autoConfirm: null }, 'autoConfirm', 400],
  ])('refuse %s %j', async (what, body, path, status) => {
    const { id } = (await found()).body;
    expect(await asOwner('PUT', `/owner/businesses/${id}/${what}`, body)).toMatchObject({
      status,
      body: { errors: [{ path }] },
    });
  });
});

describe('locations', () => {
  it('are added, changed, closed', async () => {
    const { id } = await approved();
    const path = `/owner/businesses/${id}/locations`;
    const added = await asOwner('POST', path, { name: 'Ginza', timeZone: 'Asia/Tokyo' });
    expect(added).toMatchObject({ status: 201, body: { businessId: id, name: 'Ginza', hours: null } });
    const one = `${path}/${added.body.id}`;
    const hours = [{ day: 7, opens: '10:00', closes: '16:00' }];
    const changed = await asOwner('PUT', one, { name: 'Shibuya', hours });
    const { affected: _, affectedCount: __, ...location } = changed.body;
    expect(location).toEqual({ ...added.body, ...MOVED, name: 'Shibuya', hours });
    const read = (reply: Reply) => api.call('GET', `/businesses/${id}/locations`, { headers: seen(reply) });
    expect((await read(changed)).body.items).toEqual([location]);
    expect((await read(await asOwner('DELETE', one))).body.items).toEqual([]);
    expect(await asOwner('PUT', one, { name: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'location.not_found' },
    });
    expect(await asOwner('DELETE', `${path}/${newUuid()}`)).toMatchObject({ status: 404 });
  });

  it.each([
    [{}, 'name', 400],
    [{ name: 'x', timeZone: 'x' }, 'timeZone', 400],
    [
      {
        name: 'x',
        hours: [
          { day: 1, opens: '10:00', closes: '09:00' },
          { day: 1, opens: '18:00', closes: '19:00' },
        ],
      },
      'hours',
      422,
    ],
  ])('refuse %j', async (body, path, status) => {
    const { id } = (await found()).body;
    expect(await asOwner('POST', `/owner/businesses/${id}/locations`, body)).toMatchObject({
      status,
      body: { errors: [{ path }] },
    });
  });
});

describe('the list of businesses', () => {
  it('has the approved ones, by pages, by name, by slug', async () => {
    const name = `Bakery ${newUuid()}`;
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await approved({ name })).id);
    const pending = await found({ name });
    const list = (query: string) =>
      api.call('GET', `/businesses?q=${encodeURIComponent(name.toUpperCase())}&${query}`, { headers: seen(pending) });
    const first = (await list('limit=2')).body;
    const second = (await list(`limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0].settings).toBeUndefined();
    const { slug } = first.items[0];
    expect((await api.call('GET', `/businesses/slug/${slug}`)).body).toEqual(first.items[0]);
    expect(await api.call('GET', `/businesses/slug/${pending.body.slug}`)).toMatchObject({ status: 404 });
    expect((await asAdmin('GET', `/admin/businesses?q=${name}&status=pending_review`)).body.items).toHaveLength(1);
  });

  it.each(['limit=0', 'limit=201', 'sort=ownerId', 'cursor=x', 'status=approved', 'color=red'])(
    'refuses %s',
    async (query) => {
      const path = query.split('=')[0];
      const reply = await api.call('GET', `/businesses?${query}`);
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    },
  );
});

describe('reviewing businesses', () => {
  it('is for admins', async () => {
    const { id } = (await found()).body;
    for (const step of ['approve', 'reject', 'suspend', 'reinstate']) {
      expect(await asOwner('POST', `/admin/businesses/${id}/${step}`, { reason: 'x' })).toMatchObject({ status: 403 });
    }
    expect(await asOwner('GET', '/admin/businesses')).toMatchObject({ status: 403 });
    expect(await asOwner('GET', `/admin/businesses/${id}`)).toMatchObject({ status: 403 });
  });

  it('goes back and forth', async () => {
    const { id } = (await found()).body;
    const step = (name: string, body: object = {}) => asAdmin('POST', `/admin/businesses/${id}/${name}`, body);
    expect(await step('suspend', { reason: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'business.invalid_transition' },
    });
    expect(await step('reject', { reason: 'blurry' })).toMatchObject({
      body: { status: 'rejected', reason: 'blurry' },
    });
    expect(await asOwner('POST', `/owner/businesses/${id}/resubmit`)).toMatchObject({
      status: 200,
      body: { status: 'pending_review' },
    });
    expect(await step('approve')).toMatchObject({ status: 200, body: { id, status: 'approved' } });
    expect(await step('approve')).toMatchObject({ status: 200, body: { id, status: 'approved' } });
    const suspended = await step('suspend', { reason: 'fraud' });
    expect(suspended).toMatchObject({ body: { status: 'suspended', reason: 'fraud' } });
    expect(await api.call('GET', `/businesses/${id}`, { headers: seen(suspended) })).toMatchObject({ status: 404 });
    expect(await step('reinstate')).toMatchObject({ body: { status: 'approved', reason: null } });
    expect(await step('reject')).toMatchObject({ status: 400, body: { errors: [{ path: 'reason' }] } });
    expect(await asAdmin('POST', `/admin/businesses/${newUuid()}/approve`, {})).toMatchObject({ status: 404 });
  });
});

describe('staff', () => {
  it('have the rights of their role from the next request on, and lose them at once', async () => {
    const { id: businessId } = await approved();
    const manager = await api.register('Mia');
    const staff = await api.register('Stan');
    const asManager = as(() => manager);
    const asStaff = as(() => staff);
    const assign = (user: SignedInUser, role: string) => ({ businessId, userId: user.id, role });
    expect(await asManager('POST', '/staff/assignments', assign(staff, 'staff'))).toMatchObject({ status: 404 });
    const appointed = await employed(api, owner.token, assign(manager, 'manager'));
    expect(appointed).toMatchObject({ status: 200, body: { role: 'manager', status: 'active', locationIds: [] } });
    const job = { ...assign(staff, 'staff'), specializations: ['cut'] };
    const hired = await employed(api, manager.token, job);
    expect(hired).toMatchObject({ status: 200, body: { specializations: ['cut'] } });
    expect(await asManager('POST', '/staff/assignments', assign(stranger, 'owner'))).toMatchObject({
      status: 403,
      body: { code: 'member.forbidden' },
    });
    expect(await asStaff('POST', '/staff/assignments', assign(stranger, 'staff'))).toMatchObject({ status: 403 });

    const list = (who: typeof asOwner) =>
      who('GET', `/staff/assignments?businessId=${businessId}`, undefined, seen(hired));
    expect((await list(asOwner)).body.items).toEqual([appointed.body, hired.body]);
    expect((await list(asStaff)).body.items).toEqual([hired.body]);
    expect((await list(asStranger)).body.items).toEqual([]);
    expect((await asStaff('GET', `/staff/assignments/${hired.body.id}`)).body).toEqual(hired.body);
    expect(await asStaff('GET', `/staff/assignments/${appointed.body.id}`)).toMatchObject({ status: 404 });

    const workplaces = async (after: Reply) =>
      (await asStaff('GET', '/owner/businesses', undefined, seen(after))).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await workplaces(hired)).toEqual([businessId]);

    const one = `/staff/assignments/${hired.body.id}`;
    expect(await asManager('PUT', one, { role: 'assistant' })).toMatchObject({ body: { role: 'assistant' } });
    expect(await asManager('PUT', one, { role: 'manager' })).toMatchObject({ status: 403 });
    // Everybody may leave.
    expect(await asManager('DELETE', `/staff/assignments/${appointed.body.id}`)).toMatchObject({ status: 200 });
    expect(await asManager('DELETE', one)).toMatchObject({ status: 404 });
    const dismissed = await asOwner('DELETE', `${one}/terminate`);
    expect(dismissed).toMatchObject({ status: 200 });
    expect(await workplaces(dismissed)).toEqual([]);
    expect(await asOwner('PUT', one, { role: 'staff' })).toMatchObject({ status: 409 });
  });

  it.each([
    [{ userId: newUuid() }, 'userId', 422],
    [{ userId: 'x' }, 'userId', 400],
    [{ userId: undefined }, 'userId', 400],
    [{ role: 'king' }, 'role', 422],
    [{ role: 'The King' }, 'role', 400],
    [{ locationIds: [newUuid()] }, 'locationIds[0]', 422],
    [{ locationIds: 'x' }, 'locationIds', 400],
    [{ specializations: [''] }, 'specializations', 400],
    [{ businessId: 'x' }, 'businessId', 400],
    [{ by: 'owner' }, 'by', 400],
  ])('refuse %j', async (change, path, status) => {
    const { id: businessId } = (await found()).body;
    const body = { businessId, userId: stranger.id, role: 'staff', ...change };
    expect(await asOwner('POST', '/staff/assignments', body)).toMatchObject({ status, body: { errors: [{ path }] } });
  });
});
