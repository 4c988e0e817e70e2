import { ReadModels } from '@yoyaku/projecting';
import { type ABusiness, aBusiness, employed, type Person, somebody } from './a-business';
import { ApiUnderTest, type Method, type Reply } from './api-under-test';

/** `expand` of bookings shows what they name as its own query would show it to who asks, and nothing else. */
let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;
let rival: ABusiness;
/** Books for herself at both. */
let hanako: Person;
/** Her booking at the salon, and at its rival. */
let booking: string;
let elsewhere: string;
let seen: Readonly<Record<string, string>> = {};

const ALL = 'service,resources,customer,business';

async function as(user: Person, method: Method, path: string, body?: object, headers = {}): Promise<Reply> {
  const reply = await api.call(method, path, { token: user.token, body, headers: { ...seen, ...headers } });
  const position = reply.headers['x-event-position'];
  if (position) seen = { 'x-min-position': position, prefer: 'wait=10' };
  return reply;
}

async function done(user: Person, method: Method, path: string, body: object = {}): Promise<Reply['body']> {
  const reply = await as(user, method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

const book = async ({ things, start }: ABusiness): Promise<string> => {
  const wish = { businessId: things.business, serviceId: things.service, start: start.replace('T03', 'T05') };
  return (await done(hanako, 'POST', '/bookings', wish)).id;
};

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await somebody(api, 'admin');
  hanako = await somebody(api);
  [salon, rival] = [await aBusiness(api, admin), await aBusiness(api, admin)];
  [booking, elsewhere] = [await book(salon), await book(rival)];
});
afterAll(() => api.stop());

/** Members of Ginza alone, where nothing of the salon is but what is nowhere in particular. */
async function limited(role: string): Promise<Person> {
  const { owner } = salon.people;
  const { id } = await done(owner, 'POST', `/owner/businesses/${salon.things.business}/locations`, { name: 'Ginza' });
  const member = await somebody(api);
  const assignment = { businessId: salon.things.business as string, userId: member.id, role, locationIds: [id] };
  await employed(api, owner.token, assignment);
  return member;
}

/** What the thing's own query shows; `null` where it shows nothing. */
async function shown(user: Person, path: string): Promise<Reply['body'] | null> {
  const { status, body } = await as(user, 'GET', path);
  return status === 200 ? body : null;
}

/** Each of the expanded members is what its own query shows, or part of that. */
async function expectAsShown(user: Person, one: Reply['body']): Promise<void> {
  const things = {
    service: await shown(user, `/services/${one.serviceId}`),
    customer: await shown(user, `/customers/${one.customerId}`),
    business: await shown(user, `/businesses/${one.businessId}`),
  };
  for (const [name, thing] of Object.entries(things)) {
    if (thing === null) expect({ [name]: one[name] }).toEqual({ [name]: null });
    else expect({ [name]: thing }).toMatchObject({ [name]: one[name] });
  }
  const resources = await Promise.all(one.resourceIds.map((id: string) => shown(user, `/resources/${id}`)));
  expect(resources.filter((resource) => resource !== null)).toMatchObject(one.resources);
}

it('shows what a booking names, in one booking and in a list, and only on demand', async () => {
  const { owner } = salon.people;
  const { body: plain } = await as(owner, 'GET', `/bookings/${booking}`);
  const { body: one } = await as(owner, 'GET', `/bookings/${booking}?expand=${ALL}`);
  expect(one).toEqual({
    ...plain,
    service: { id: salon.things.service, name: 'Cut', durationMinutes: 60, price: { amount: 8000, currency: 'JPY' } },
    resources: [{ id: salon.things.resource, kind: 'staff', name: 'Yuki' }],
    customer: { id: plain.customerId, name: expect.any(String), email: expect.any(String), phone: null },
    business: expect.objectContaining({ id: salon.things.business, name: 'Salon', currency: 'JPY' }),
  });
  const list = `/bookings?businessId=${salon.things.business}`;
  const { body: page } = await as(owner, 'GET', `${list}&expand=${ALL}`);
  expect(page.items).toHaveLength(2);
  expect(page.items).toContainEqual(one);
  expect((await as(owner, 'GET', list)).body.items).toContainEqual(plain);
  const { body: some } = await as(owner, 'GET', `/bookings/${booking}?expand=service&expand=business`);
  expect(some).toEqual({ ...plain, service: one.service, business: one.business });
});

it.each([
  ['expand=service,prices', 'not_one_of'],
  ['expand=', 'not_one_of'],
  ['expand=customer.bookings', 'not_one_of'],
  ['expand=service,service', 'duplicate'],
])('refuses %s', async (expand, code) => {
  for (const path of [`/bookings/${booking}`, '/bookings']) {
    const { status, body } = await as(hanako, 'GET', `${path}?${expand}`);
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path: 'expand', code })]]);
  }
});

describe('what is shown with a booking', () => {
  it.each(['owner', 'manager', 'staff', 'assistant'] as const)('is what a %s may see', async (role) => {
    const { status, body } = await as(salon.people[role], 'GET', `/bookings/${booking}?expand=${ALL}`);
    expect(status).toBe(200);
    expect(body.customer).toMatchObject({ id: body.customerId });
    await expectAsShown(salon.people[role], body);
  });

  it.each(['manager', 'staff'])('is what a %s of one location may see', async (role) => {
    const member = await limited(role);
    const { status, body } = await as(member, 'GET', `/bookings/${booking}?expand=${ALL}`);
    expect(status).toBe(200);
    await expectAsShown(member, body);
  });

  it('is the customer’s own, of each business where she booked', async () => {
    const { body } = await as(hanako, 'GET', `/bookings?expand=${ALL}`);
    expect(body.items.map(({ id }: { id: string }) => id).toSorted()).toEqual([booking, elsewhere].toSorted());
    for (const one of body.items) {
      expect(one.customer).toMatchObject({ id: one.customerId });
      expect(one.business).toMatchObject({ id: one.businessId });
      await expectAsShown(hanako, one);
    }
  });

  it('is shown to the platform’s admins, and to nobody of another business', async () => {
    const { body } = await as(admin, 'GET', `/bookings/${booking}?expand=${ALL}`);
    await expectAsShown(admin, body);
    const strange = await as(rival.people.owner, 'GET', `/bookings/${booking}?expand=${ALL}`);
    expect(strange.status).toBe(404);
  });

  it('is nothing of a private appointment', async () => {
    const { start } = rival;
    const times = { start, end: start.replace('T03', 'T04') };
    const { id } = await done(hanako, 'POST', '/bookings', { title: 'Dentist', ...times });
    const { body } = await as(hanako, 'GET', `/bookings/${id}?expand=${ALL}`);
    expect(body).toMatchObject({ service: null, resources: [], customer: null, business: null });
    await done(hanako, 'DELETE', `/bookings/${id}`);
  });

  it('is nothing of a business that is shown to nobody any more, but to its people', async () => {
    await done(admin, 'POST', `/admin/businesses/${rival.things.business}/suspend`, { reason: 'Complaints' });
    const { body } = await as(hanako, 'GET', `/bookings/${elsewhere}?expand=${ALL}`);
    expect(body).toMatchObject({ service: null, resources: [], business: null, customer: { id: body.customerId } });
    await expectAsShown(hanako, body);
    const inside = (await as(rival.people.owner, 'GET', `/bookings/${elsewhere}?expand=${ALL}`)).body;
    expect(inside).toMatchObject({ business: { id: rival.things.business }, service: { id: rival.things.service } });
    await expectAsShown(rival.people.owner, inside);
  });

  it('is no service that is gone', async () => {
    const { owner } = salon.people;
    const { business, resource } = salon.things;
    const price = { amount: 100, currency: 'JPY' };
    const offer = {
      businessId: business,
      name: 'Wash',
      durationMinutes: 30,
      price,
      requirements: [{ anyOf: [resource] }],
    };
    const { id: serviceId } = await done(owner, 'POST', '/owner/services', offer);
    const start = salon.start.replace('T03', 'T07');
    const { id } = await done(hanako, 'POST', '/bookings', { businessId: business, serviceId, start });
    await done(owner, 'DELETE', `/owner/services/${serviceId}`);
    const { body } = await as(hanako, 'GET', `/bookings/${id}?expand=service`);
    expect(body).toMatchObject({ serviceName: 'Wash', service: null });
  });
});

it('waits for what is expanded, and has another tag when that changes', async () => {
  const { owner } = salon.people;
  const path = `/bookings/${booking}?expand=service`;
  const { etag = '' } = (await as(owner, 'GET', path)).headers;
  await done(owner, 'PUT', `/owner/services/${salon.things.service}`, { name: 'Short cut' });
  const again = await as(owner, 'GET', path, undefined, { 'if-none-match': etag });
  expect([again.status, again.body.service.name, again.headers['cache-control']]).toEqual([
    200,
    'Short cut',
    'no-store',
  ]);
  expect(again.headers.etag).not.toBe(etag);
  // It is the same booking still.
  const changed = await as(owner, 'PUT', `/bookings/${booking}`, { note: 'By the door' }, { 'if-match': etag });
  expect(changed.status).toBe(200);
});

it('asks once for each kind of thing, however many bookings there are', async () => {
  const queries = jest.spyOn(api.app.get(ReadModels), 'query');
  const counted = async (expand: string) => {
    queries.mockClear();
    const { body } = await as(admin, 'GET', `/bookings?limit=200${expand}`);
    expect(body.items.length).toBeGreaterThan(3);
    return queries.mock.calls.length;
  };
  expect((await counted(`&expand=${ALL}`)) - (await counted(''))).toBe(4);
  queries.mockRestore();
});

it('shows no more of a customer who was erased than there is', async () => {
  const { owner } = salon.people;
  const { customerId } = (await as(owner, 'GET', `/bookings/${booking}`)).body;
  await done(owner, 'POST', `/customers/${customerId}/erase`);
  const { body } = await as(owner, 'GET', `/bookings/${booking}?expand=${ALL}`);
  expect(body.customer).toEqual({ id: customerId, name: null, email: null, phone: null });
  await expectAsShown(owner, body);
});
