import { newUuid } from '@yoyaku/kernel';
import { employed } from './a-business';
import { ApiUnderTest, type Method, MOVED, type Reply, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let owner: SignedInUser;
let rep: SignedInUser;
let rival: SignedInUser;
let hanako: SignedInUser;
let businessId: string;

const call = (method: Method, path: string, body?: unknown, user = owner, headers = {}): Promise<Reply> =>
  api.call(method, path, { token: user.token, headers, ...(body !== undefined && { body }) });
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string });
const read = (path: string, reply: Reply, user = owner) => call('GET', path, undefined, user, seen(reply));

async function found(user: SignedInUser): Promise<string> {
  const founding = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
  return (await call('POST', '/owner/businesses', founding, user)).body.id;
}

const add = (change: object = {}, user = owner) =>
  call('POST', '/customers', { businessId, name: 'Hanako', ...change }, user);

beforeAll(async () => {
  api = await ApiUnderTest.start();
  [owner, rep, rival, hanako] = (await Promise.all(
    ['Olivia', 'Rob', 'Rita', 'Hanako'].map((name) => api.register(name)),
  )) as [SignedInUser, SignedInUser, SignedInUser, SignedInUser];
  businessId = await found(owner);
  await found(rival);
  await employed(api, owner.token, { businessId, userId: rep.id, role: 'sales_rep' });
});
afterAll(() => api.stop());

describe('customers', () => {
  it('are added, changed, taken off the list, and read as the commands answered', async () => {
    const added = await add({
      email: 'hanako@example.com',
      phone: '+81 3-1234-5678',
      birthday: '1990-01-02',
      locale: 'ja',
      tags: ['vip'],
      consents: ['email'],
    });
    expect(added).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/customers/${added.body.id}` },
      body: { businessId, userId: null, name: 'Hanako', status: 'customer', tags: ['vip'], consents: ['email'] },
    });
    const path = `/customers/${added.body.id}`;
    const changed = await call('PUT', path, { status: 'blocked', blockReason: 'rude', tags: [], phone: null });
    expect(changed.body).toEqual({
      ...added.body,
      ...MOVED,
      status: 'blocked',
      blockReason: 'rude',
      tags: [],
      phone: null,
    });
    expect((await read(path, changed)).body).toEqual(changed.body);
    const removed = await call('DELETE', path);
    expect(removed.status).toBe(204);
    expect(await read(path, removed)).toMatchObject({ status: 200, body: { status: 'deleted', name: 'Hanako' } });
    expect(await call('PUT', path, { name: 'x' })).toMatchObject({ status: 404, body: { code: 'customer.not_found' } });
  });

  it('are listed by status, tag, words, and in pages', async () => {
    const tag = newUuid();
    const first = await add({ name: 'Aiko', tags: [tag] });
    const second = await add({ name: 'Keiko', tags: [tag], status: 'lead', email: 'keiko@example.com' });
    const ids = async (query: string) => {
      const { body } = await read(`/customers?businessId=${businessId}&tag=${tag}&${query}`, second);
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await ids('sort=createdAt')).toEqual([first.body.id, second.body.id]);
    expect(await ids('')).toEqual([second.body.id, first.body.id]);
    expect(await ids('status=lead')).toEqual([second.body.id]);
    expect(await ids('q=KEIKO@')).toEqual([second.body.id]);
    expect(await ids('limit=1')).toHaveLength(1);
  });

  it('are nobody else’s', async () => {
    const added = await add();
    const path = `/customers/${added.body.id}`;
    for (const user of [rival, hanako]) {
      expect(await call('GET', path, undefined, user)).toMatchObject({ status: 404 });
      expect(await call('PUT', path, { name: 'x' }, user)).toMatchObject({ status: 404 });
      expect(await call('DELETE', path, undefined, user)).toMatchObject({ status: 404 });
      expect(await call('GET', `/customers?businessId=${businessId}`, undefined, user)).toMatchObject({ status: 404 });
      expect(await add({}, user)).toMatchObject({ status: 404 });
    }
  });

  it('of a sales representative are those assigned to her', async () => {
    const own = await add({}, rep);
    expect(own.body.assignedTo).toBe(rep.id);
    const other = await add({ assignedTo: owner.id });
    expect((await read(`/customers?businessId=${businessId}`, other, rep)).body.items).toMatchObject([own.body]);
    expect(await call('GET', `/customers/${own.body.id}`, undefined, rep)).toMatchObject({ status: 200 });
    expect(await call('GET', `/customers/${other.body.id}`, undefined, rep)).toMatchObject({ status: 404 });
    expect(await call('PUT', `/customers/${other.body.id}`, { name: 'x' }, rep)).toMatchObject({ status: 404 });
    expect(await call('DELETE', `/customers/${own.body.id}`, undefined, rep)).toMatchObject({ status: 403 });
  });

  it('who are users see and change their profile, and no more', async () => {
    const added = await add({ tags: ['vip'] });
    const path = `/customers/${added.body.id}`;
    await call('POST', `${path}/link-user`, { userId: hanako.id });
    const linked = await call('POST', `${path}/link-user`, { userId: hanako.id }, hanako);
    expect(linked).toMatchObject({ status: 200, body: { userId: hanako.id } });
    const profile = (await read(path, linked, hanako)).body;
    expect(profile).toMatchObject({ id: added.body.id, name: 'Hanako', userId: hanako.id });
    expect(profile).not.toHaveProperty('tags');
    const changed = await call('PUT', path, { phone: '0312345678' }, hanako);
    expect(changed.body).toEqual({ ...profile, ...MOVED, phone: '0312345678' });
    expect(await call('PUT', path, { status: 'customer' }, hanako)).toMatchObject({
      status: 403,
      body: { errors: [{ path: 'status' }] },
    });
    expect(await call('POST', `${path}/link-user`, { userId: rival.id })).toMatchObject({
      status: 409,
      body: { code: 'customer.already_linked' },
    });
    const agreed = await call('POST', `${path}/consents`, { channel: 'sms' }, hanako);
    expect(agreed).toMatchObject({ status: 200, body: { ...changed.body, ...MOVED, consents: ['sms'] } });
    expect((await read(path, agreed, hanako)).body).toEqual(agreed.body);
    const withdrawn = await call('DELETE', `${path}/consents`, { channel: 'sms' }, hanako);
    expect(withdrawn).toMatchObject({ status: 200, body: { consents: [] } });
    expect((await read(path, withdrawn, hanako)).body).toEqual(withdrawn.body);
    const another = (await add()).body.id;
    expect(await call('POST', `/customers/${another}/link-user`, { userId: hanako.id })).toMatchObject({
      status: 409,
      body: { code: 'customer.user_taken' },
    });
    expect(await call('POST', `/customers/${another}/link-user`, { userId: newUuid() })).toMatchObject({ status: 422 });
  });

  it.each([
    [{ name: undefined }, 'name', 400],
    [{ name: ' ' }, 'name', 400],
    [{ email: 'x' }, 'email', 400],
    [{ phone: 'call me' }, 'phone', 400],
    [{ birthday: '1990-02-30' }, 'birthday', 400],
    [{ birthday: '2199-01-01' }, 'birthday', 422],
    [{ locale: '!' }, 'locale', 400],
    [{ status: 'friend' }, 'status', 400],
    [{ status: null }, 'status', 400],
    [{ tags: ['a', 'a'] }, 'tags', 400],
    [{ tags: ['x'.repeat(61)] }, 'tags', 400],
    [{ consents: ['fax'] }, 'consents', 400],
    [{ consents: 'email' }, 'consents', 400],
    [{ assignedTo: newUuid() }, 'assignedTo', 422],
    [{ userId: newUuid() }, 'userId', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await add(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );
});

describe('the timeline of a customer', () => {
  it('tells what happened, the latest first, to those who may read the customer', async () => {
    const { id } = (await add({ tags: ['vip'] })).body;
    const changed = await call('PUT', `/customers/${id}`, { tags: [], status: 'inactive' });
    const path = `/customers/${id}/timeline`;
    const { items, nextCursor } = (await read(`${path}?limit=2`, changed)).body;
    expect(items).toMatchObject([
      { type: 'CustomerUntagged', detail: {} },
      { type: 'CustomerStatusChanged', detail: { status: 'inactive' } },
    ]);
    const rest = (await call('GET', `${path}?cursor=${nextCursor}`)).body;
    expect(rest).toMatchObject({ items: [{ type: 'CustomerCreated', detail: {} }], nextCursor: null });
    expect((await call('GET', `/customers/${id}/history`)).body).toEqual({ items: [], nextCursor: null });
    for (const user of [rep, rival]) {
      expect(await call('GET', path, undefined, user)).toMatchObject({ status: 404 });
      expect(await call('GET', `/customers/${id}/history`, undefined, user)).toMatchObject({ status: 404 });
    }
  });
});

describe('notes', () => {
  let customerId: string;
  beforeAll(async () => {
    customerId = (await add()).body.id;
  });
  const note = (change: object = {}, user = owner) =>
    call('POST', '/customers/notes', { customerId, kind: 'allergy', text: 'Nuts', ...change }, user);

  it('are added, changed, removed, and read as the commands answered', async () => {
    const added = await note();
    expect(added).toMatchObject({
      status: 201,
      body: { customerId, businessId, kind: 'allergy', text: 'Nuts', shared: false, authorId: owner.id },
    });
    const path = `/customers/notes/${added.body.id}`;
    const changed = await call('PUT', path, { kind: 'general', shared: true });
    expect(changed.body).toEqual({ ...added.body, ...MOVED, kind: 'general', shared: true });
    expect((await read(path, changed)).body).toEqual(changed.body);
    expect((await read(`/customers/notes?customerId=${customerId}&kind=general`, changed)).body.items).toEqual([
      changed.body,
    ]);
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? {} : undefined;
      expect(await call(method, path, body, rival)).toMatchObject({ status: 404 });
      expect(await call(method, path, body, rep)).toMatchObject({ status: 404 });
    }
    const removed = await call('DELETE', path);
    expect(removed.status).toBe(204);
    expect(await read(path, removed)).toMatchObject({ status: 404 });
    expect(await call('PUT', path, { text: 'x' })).toMatchObject({ status: 404, body: { code: 'note.not_found' } });
  });

  it('that are shared are read by the customer, the others not', async () => {
    const keiko = await api.register('Keiko');
    const { id } = (await add()).body;
    await call('POST', `/customers/${id}/link-user`, { userId: keiko.id });
    await call('POST', `/customers/${id}/link-user`, { userId: keiko.id }, keiko);
    const hidden = await note({ customerId: id });
    const shared = await note({ customerId: id, shared: true });
    expect((await read(`/customers/notes?customerId=${id}`, shared, keiko)).body.items).toEqual([shared.body]);
    expect((await call('GET', `/customers/notes/${shared.body.id}`, undefined, keiko)).body).toEqual(shared.body);
    expect(await call('GET', `/customers/notes/${hidden.body.id}`, undefined, keiko)).toMatchObject({ status: 404 });
    expect(await call('PUT', `/customers/notes/${shared.body.id}`, { text: 'x' }, keiko)).toMatchObject({
      status: 404,
    });
    expect(await call('GET', `/customers/notes?customerId=${id}`, undefined, rival)).toMatchObject({ status: 404 });
  });

  it.each([
    [{ kind: 'gossip' }, 'kind', 400],
    [{ text: '' }, 'text', 400],
    [{ text: 'x'.repeat(5001) }, 'text', 400],
    [{ shared: 'yes' }, 'shared', 400],
    [{ customerId: 'x' }, 'customerId', 400],
  ])('refuse %j', async (change, path, status) =>
    expect(await note(change)).toMatchObject({ status, body: { errors: [{ path }] } }),
  );

  it('are about customers that are there', async () =>
    expect(await note({ customerId: newUuid() })).toMatchObject({ status: 404 }));
});
