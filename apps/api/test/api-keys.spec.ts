import { ApiKey } from '@yoyaku/business';
import { AggregateStore, EventStoreDb, EventStoreUnavailable } from '@yoyaku/eventing';
import { fromEpochMs, newUuid, type Uuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { type KeyText, newKeyText, readKeyText } from '../../../libs/identity/src/infrastructure/key-text';
import { Idempotency } from '../src/http/conventions/commands/idempotency';
import { type ABusiness, aBusiness, employed, must, type Person, somebody } from './a-business';
import { ApiUnderTest, callOn, type Method, type Reply } from './api-under-test';

let api: ApiUnderTest;
let admin: Person;
let salon: ABusiness;
let rival: ABusiness;
let businessId: string;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
  admin = await somebody(api, 'admin');
  [salon, rival] = await Promise.all([aBusiness(api, admin), aBusiness(api, admin)]);
  businessId = salon.things.business as string;
}, 60_000);
afterAll(() => api.stop());

const READS = ['bookings:read', 'customers:read'];
const refusing = (status: number, code: string) => ({ status, body: { code } });
const NOT_GOOD = refusing(401, 'auth.key_invalid');

const make = (more: object = {}, by: { token: string } = salon.people.owner): Promise<Reply> =>
  api.call('POST', '/auth/api-keys', {
    token: by.token,
    body: { businessId, name: 'Till', permissions: READS, ...more },
  });
async function aKey(more: object = {}, by?: Person): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await must(make(more, by));
  return { id: body.id, token: body.key };
}
const as = ({ token }: { token: string }, method: Method, path: string, body?: object, app = api.app) =>
  callOn(app, method, path, { token, body });
const customers = (key: { token: string }, app = api.app, of = businessId) =>
  as(key, 'GET', `/customers?businessId=${of}`, undefined, app);
const asOwner = (method: Method, path: string, body?: object) => must(as(salon.people.owner, method, path, body));
const seen = (reply: Reply) => ({ 'x-min-position': reply.headers['x-event-position'] as string, prefer: 'wait=10' });

/** Somebody in a role that may make keys. */
async function aMaker(permissions: readonly string[], more: object = {}): Promise<Person & { memberId: string }> {
  const person = await somebody(api);
  const role = `maker_${newUuid().slice(-8)}`;
  await asOwner('PUT', `/owner/businesses/${businessId}/roles/${role}`, {
    permissions: ['api_keys:write', ...permissions],
  });
  const assigned = await employed(api, salon.people.owner.token, { businessId, userId: person.id, role, ...more });
  return { ...person, memberId: assigned.body.id };
}

describe('a key', () => {
  it('is shown once, and lets a machine do what it was made for and nothing else', async () => {
    const made = await make();
    expect(made).toMatchObject({
      status: 201,
      body: { businessId, name: 'Till', status: 'active', permissions: READS, locationIds: [], expiresAt: null },
    });
    const { key, ...rest } = made.body;
    expect(key).toMatch(/^yk_[0-9A-Za-z]{60}$/);
    expect(made.headers.location).toBe(`/api/v1/auth/api-keys/${rest.id}`);
    const options = { token: salon.people.owner.token, headers: seen(made) };
    const one = await api.call('GET', `/auth/api-keys/${rest.id}`, options);
    expect(one).toMatchObject({ status: 200, body: rest });
    const list = await api.call('GET', `/auth/api-keys?businessId=${businessId}`, options);
    expect(list.body.items).toContainEqual(rest);
    expect(`${one.text}${list.text}`).not.toContain('yk_');

    expect(await customers({ token: key })).toMatchObject({ status: 200 });
    expect((await as({ token: key }, 'GET', `/bookings/${salon.things.booking}`)).status).toBe(200);
    const customer = { businessId, name: 'Taro' };
    expect(await as({ token: key }, 'POST', '/customers', customer)).toMatchObject(refusing(403, 'access.forbidden'));
    expect(await as({ token: key }, 'GET', `/audit?businessId=${businessId}`)).toMatchObject(
      refusing(403, 'access.forbidden'),
    );
  });

  it('is kept nowhere: neither in events nor in the database', async () => {
    const { id, token } = await aKey({ name: 'Kept nowhere' });
    const { rows } = await api.app.get(Pool).query('select row_to_json(k)::text as text from app.api_keys k');
    const events = await Array.fromAsync(api.app.get(EventStoreDb).readStream(`apikey-${id}`));
    const kept =
      rows.map(({ text }) => text).join() + JSON.stringify(events.map(({ data, metadata }) => [data, metadata]));
    expect([rows.length > 0, events.length]).toEqual([true, 1]);
    const { secret } = readKeyText(token) as KeyText;
    for (const form of [token, secret.toString('hex'), secret.toString('base64')]) expect(kept).not.toContain(form);
  });

  it('of an owner makes no other, and has no say over people', async () => {
    const everything = ['bookings:*', 'customers:*', 'business:*', 'audit:*', 'services:*'];
    const key = await aKey({ permissions: everything });
    for (const [method, path, body] of [
      ['POST', '/auth/api-keys', { businessId, name: 'More', permissions: everything }],
      ['GET', `/auth/api-keys?businessId=${businessId}`],
      ['DELETE', `/auth/api-keys/${key.id}`],
    ] as const)
      expect(await as(key, method, path, body)).toMatchObject(refusing(403, 'access.not_for_keys'));
    const assignment = { businessId, userId: (await somebody(api)).id, role: 'staff' };
    expect(await as(key, 'POST', '/staff/assignments', assignment)).toMatchObject(refusing(403, 'access.forbidden'));
    const role = `/owner/businesses/${businessId}/roles/desk`;
    expect(await as(key, 'PUT', role, { permissions: [] })).toMatchObject(refusing(403, 'access.forbidden'));
    for (const permissions of [['staff:*'], ['staff:read'], ['roles:write'], ['api_keys:*'], ['everything']])
      expect(await make({ permissions })).toMatchObject(refusing(400, 'request.invalid'));
  });

  it.each<readonly [Method, string, object | null]>([
    ['GET', '/auth/me', null],
    ['GET', '/auth/verify', null],
    ['GET', '/auth/sessions', null],
    ['POST', '/auth/logout', {}],
    ['GET', '/users/me', null],
    ['PATCH', '/users/me', { name: 'Robot' }],
    ['GET', '/users', null],
    ['GET', '/notifications', null],
    ['GET', '/notifications/preferences', null],
    ['GET', '/bookings?mine=true', null],
    ['POST', '/appointments', { title: 'Dentist', start: '2040-01-01T01:00:00Z', end: '2040-01-01T02:00:00Z' }],
    ['POST', '/owner/businesses', { name: 'Spa', slug: 'spa', timeZone: 'Asia/Tokyo', currency: 'JPY' }],
    ['POST', '/events/ticket', {}],
    ['GET', '/admin/businesses', null],
  ])('is for no %s %s', async (method, path, body) => {
    const key = await aKey();
    expect(await as(key, method, path, body ?? undefined)).toMatchObject(refusing(403, 'access.not_for_keys'));
  });

  it('adds no phone to an account', async () => {
    const proof = { phone: '+819012345678', code: '123456' };
    expect(await as(await aKey(), 'POST', '/auth/phone/verify', proof)).toMatchObject(
      refusing(401, 'auth.token_invalid'),
    );
  });

  it.each<readonly [Method, string]>([
    ['DELETE', ''],
    ['POST', '/resubmit'],
    ['DELETE', '/subscription'],
  ])('has no say over whether there is a business: %s %s', async (method, path) => {
    const key = await aKey({ permissions: ['business:*'] });
    const business = `/owner/businesses/${businessId}`;
    expect(await as(key, method, `${business}${path}`, {})).toMatchObject(refusing(403, 'access.not_for_keys'));
    expect((await as(key, 'GET', business)).status).toBe(200);
  });

  it('books for customers alone', async () => {
    const key = await aKey({ permissions: ['bookings:*', 'customers:read'] });
    const { service: serviceId, customer: customerId } = salon.things;
    const wish = { businessId, serviceId, start: salon.start.replace('T03', 'T06') };
    expect(await as(key, 'POST', '/bookings', wish)).toMatchObject(refusing(403, 'access.not_for_keys'));
    expect(await as(key, 'POST', '/bookings', { ...wish, customerId })).toMatchObject({
      status: 201,
      body: { customerId },
    });
  });

  it('of one business is nobody in another, whose things and keys are not there for it', async () => {
    const key = await aKey({ permissions: ['bookings:*', 'customers:*', 'audit:read', 'business:*'] });
    const theirs = rival.things;
    for (const path of [
      `/customers?businessId=${theirs.business}`,
      `/customers/${theirs.customer}`,
      `/bookings/${theirs.booking}`,
      `/bookings?businessId=${theirs.business}`,
      `/audit?businessId=${theirs.business}`,
    ])
      expect((await as(key, 'GET', path)).status).toBe(404);
    const end = await api.call('DELETE', `/auth/api-keys/${key.id}`, { token: rival.people.owner.token });
    expect(end).toMatchObject(refusing(404, 'api_key.not_found'));
    const look = await api.call('GET', `/auth/api-keys/${key.id}`, { token: rival.people.owner.token });
    expect(look).toMatchObject(refusing(404, 'api_key.not_found'));
    const list = await api.call('GET', `/auth/api-keys?businessId=${businessId}`, { token: rival.people.owner.token });
    expect(list).toMatchObject(refusing(404, 'business.not_found'));
    expect((await customers(key)).status).toBe(200);
    const other = { businessId: theirs.business, locationIds: [salon.things.location] };
    expect(await make(other, rival.people.owner)).toMatchObject(refusing(422, 'location.unknown'));
    expect(await make({ businessId: theirs.business })).toMatchObject(refusing(404, 'business.not_found'));
  });

  it('is one key for its list of idempotency keys, and not whoever made it', async () => {
    const [one, two] = [await aKey({ permissions: ['customers:*'] }), await aKey({ permissions: ['customers:*'] })];
    const headers = { 'idempotency-key': newUuid() };
    const add = ({ token }: { token: string }) =>
      api.call('POST', '/customers', { token, headers, body: { businessId, name: 'Once' } });
    const [first, again, other] = [await add(one), await add(one), await add(two)];
    expect(again.text).toBe(first.text);
    expect(other.body.id).not.toBe(first.body.id);
  });
});

describe('the request for a key, sent again with its idempotency key', () => {
  const body = () => ({ businessId, name: `Till ${newUuid()}`, permissions: READS });
  const send = (wanted: object, headers: Record<string, string>, app = api.app) =>
    callOn(app, 'POST', '/auth/api-keys', { token: salon.people.owner.token, body: wanted, headers });
  /** Those of that name, of which each counts. */
  async function made({ name }: { readonly name: string }): Promise<string[]> {
    const { rows } = await api.app.get(Pool).query('select id from app.api_keys where business_id = $1', [businessId]);
    const all = await Promise.all(
      rows.map(({ id }) =>
        api.app
          .get(AggregateStore)
          .load(ApiKey, id, 'requireLoad')
          .then(({ state }) => state),
      ),
    );
    return all.flatMap((key) => (key.status !== 'none' && key.name === name ? key.keyId : []));
  }

  /** The key is made, and the process dies before it can say so. */
  async function lose(wanted: object, headers: Record<string, string>): Promise<Reply> {
    const lost = jest.spyOn(Idempotency.prototype, 'complete').mockImplementationOnce(async function (
      this: Idempotency,
      claim,
    ) {
      await this.release(claim);
      throw new EventStoreUnavailable(new Error('It died'));
    });
    try {
      return await send(wanted, headers);
    } finally {
      lost.mockRestore();
    }
  }

  it('makes no other, and tells which it made', async () => {
    const [wanted, headers] = [body(), { 'idempotency-key': newUuid() }];
    const replies = await Promise.all([0, 1, 0, 1].map((i) => send(wanted, headers, api.apps[i])));
    const first = replies.find(({ status }) => status === 201) as Reply;
    for (const reply of replies.filter((one) => one !== first)) {
      expect(reply).toMatchObject({ status: 409, body: { code: 'api_key.already_made', id: first.body.id } });
      expect(reply.text).not.toContain('yk_');
    }
    expect(await made(wanted)).toEqual([first.body.id]);
    expect((await customers({ token: first.body.key })).status).toBe(200);
    expect(await send({ ...wanted, name: 'Another' }, headers)).toMatchObject(refusing(422, 'idempotency.key_reused'));
    const { rows } = await api.app.get(Pool).query('select body from app.idempotency where body is not null');
    expect(rows.map((row) => row.body).join()).not.toContain('yk_');
  });

  it('gives the key after all where nobody was told it', async () => {
    const [wanted, headers] = [body(), { 'idempotency-key': newUuid() }];
    expect((await lose(wanted, headers)).status).toBe(503);
    const { status, body: key } = await send(wanted, headers, api.apps[1]);
    expect(status).toBe(201);
    expect(await made(wanted)).toEqual([key.id]);
    expect((await customers({ token: key.key })).status).toBe(200);
  });

  it('gives none that was revoked meanwhile', async () => {
    const [wanted, headers] = [body(), { 'idempotency-key': newUuid() }];
    await lose(wanted, headers);
    const [id] = await made(wanted);
    await asOwner('DELETE', `/auth/api-keys/${id}`);
    const { status, body: key } = await send(wanted, headers);
    expect([status, key.id, key.status]).toEqual([201, id, 'revoked']);
    expect(await customers({ token: key.key })).toMatchObject(NOT_GOOD);
    const { rows } = await api.app.get(Pool).query('select hash from app.api_keys where id = $1', [id]);
    expect(rows).toEqual([{ hash: null }]);
  });
});

describe('a key is refused', () => {
  it('in every process from the next request on after it was revoked', async () => {
    const key = await aKey();
    for (const app of api.apps) expect((await customers(key, app)).status).toBe(200);
    const unmet = await api.call('DELETE', `/auth/api-keys/${key.id}`, {
      token: salon.people.owner.token,
      headers: { 'if-match': '"7"' },
    });
    expect(unmet.status).toBe(412);
    for (const app of api.apps) expect((await customers(key, app)).status).toBe(200);
    const revoked = await asOwner('DELETE', `/auth/api-keys/${key.id}`);
    expect(revoked.status).toBe(204);
    for (const app of [...api.apps].reverse()) expect(await customers(key, app)).toMatchObject(NOT_GOOD);
    expect((await asOwner('DELETE', `/auth/api-keys/${key.id}`)).status).toBe(204);
    const path = `/auth/api-keys/${key.id}`;
    const shown = await api.call('GET', path, { token: salon.people.owner.token, headers: seen(revoked) });
    expect(shown.body).toMatchObject({ status: 'revoked' });
  });

  it('by whoever made it, and of others by who may do all that it may', async () => {
    const [maker, other] = [await aMaker(READS), await aMaker(['customers:read'])];
    const [owners, theirs, less] = [
      await aKey(),
      await aKey({}, maker),
      await aKey({ permissions: ['customers:read'] }),
    ];
    const revoke = (key: { readonly id: string }, by: Person) => as(by, 'DELETE', `/auth/api-keys/${key.id}`);
    for (const key of [owners, theirs]) {
      expect(await revoke(key, other)).toMatchObject(refusing(403, 'api_key.may_do_more'));
      expect((await customers(key)).status).toBe(200);
    }
    expect((await revoke(less, other)).status).toBe(204);
    await asOwner('PUT', `/staff/assignments/${maker.memberId}`, {
      permissions: ['api_keys:write'],
      role: 'sales_rep',
    });
    await until(async () => (await as(maker, 'GET', `/bookings/${salon.things.booking}`)).status !== 200);
    expect((await revoke(theirs, maker)).status).toBe(204);
    expect((await revoke(theirs, maker)).status).toBe(204);
    expect(await customers(theirs)).toMatchObject(NOT_GOOD);
    expect((await revoke(owners, salon.people.owner)).status).toBe(204);
  });

  it('also where the process that revoked it stopped half-way, and a repeat goes on', async () => {
    const key = await aKey();
    await customers(key);
    const pool = api.app.get(Pool);
    const kept = async () => (await pool.query('select hash from app.api_keys where id = $1', [key.id])).rows[0].hash;
    const hash = await kept();
    await asOwner('DELETE', `/auth/api-keys/${key.id}`);
    await pool.query('update app.api_keys set hash = $2 where id = $1', [key.id, hash]);
    for (const app of api.apps) await until(async () => (await customers(key, app)).status === 401);
    await asOwner('DELETE', `/auth/api-keys/${key.id}`);
    expect(await kept()).toBeNull();
  });

  it('alike, whatever is wrong with it', async () => {
    const { token } = await aKey();
    const wrong = ['yk_', 'yk_abc', `${token}0`, `${token.slice(0, -1)}_`, forged(token), newKeyText(newUuid()).text];
    const answers = await Promise.all(wrong.map((text) => customers({ token: text })));
    for (const answer of answers) expect(answer).toMatchObject(NOT_GOOD);
    const told = answers.map(({ body: { correlationId: _, instance: __, ...body } }) => JSON.stringify(body));
    expect(new Set(told).size).toBe(1);
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('from the moment at which it ends', async () => {
    expect(await make({ expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject(refusing(422, 'api_key.expires_in_past'));
    const ends = Date.now() + 5 * 60_000;
    const key = await aKey({ expiresAt: fromEpochMs(ends) });
    const path = `/auth/api-keys/${key.id}`;
    await until(async () => (await as(salon.people.owner, 'GET', path)).status === 200);
    const clock = jest.spyOn(Date, 'now');
    try {
      clock.mockReturnValue(ends - 1);
      expect((await customers(key)).status).toBe(200);
      clock.mockReturnValue(ends);
      expect(await customers(key)).toMatchObject(NOT_GOOD);
      expect((await as(salon.people.owner, 'GET', path)).body).toMatchObject({ status: 'expired' });
    } finally {
      clock.mockRestore();
    }
  });

  it('when whoever made it is disabled, and is good again when they are', async () => {
    const maker = await aMaker(READS);
    const key = await aKey({}, maker);
    expect((await customers(key)).status).toBe(200);
    const change = (disabled: boolean) =>
      must(as(admin, 'PATCH', `/users/${maker.id}`, { disabled, ...(disabled && { reason: 'spam' }) }));
    await change(true);
    for (const app of api.apps) await until(async () => (await customers(key, app)).status === 401);
    await change(false);
    for (const app of api.apps) await until(async () => (await customers(key, app)).status === 200);
  });

  it('when whoever made it has left, also once they have come back', async () => {
    const maker = await aMaker(READS);
    const key = await aKey({}, maker);
    expect((await customers(key)).status).toBe(200);
    await asOwner('DELETE', `/staff/assignments/${maker.memberId}`);
    for (const app of api.apps) await until(async () => (await customers(key, app)).status === 401);
    await employed(api, salon.people.owner.token, { businessId, userId: maker.id, role: 'manager' });
    await until(async () => (await customers(maker)).status === 200);
    expect(await customers(key)).toMatchObject(NOT_GOOD);
  });
});

describe('a key does no more than whoever made it', () => {
  it('when it is made', async () => {
    const maker = await aMaker(['customers:read']);
    expect(await make({}, maker)).toMatchObject(refusing(403, 'api_key.forbidden'));
    expect(await make({ permissions: ['customers:*'] }, maker)).toMatchObject(refusing(403, 'api_key.forbidden'));
    expect(await make({ permissions: ['customers:read'] }, maker)).toMatchObject({ status: 201 });
    for (const role of ['manager', 'staff', 'assistant'] as const)
      expect(await make({ permissions: [] }, salon.people[role])).toMatchObject(refusing(403, 'access.forbidden'));
    expect(await make({}, await somebody(api))).toMatchObject(refusing(404, 'business.not_found'));
  });

  it('when they may do less by now', async () => {
    const maker = await aMaker(READS);
    const key = await aKey({}, maker);
    const path = `/staff/assignments/${maker.memberId}`;
    await asOwner('PUT', path, { role: 'sales_rep' });
    const mine = (await asOwner('POST', '/customers', { businessId, name: 'Mine', assignedTo: maker.id })).body.id;
    for (const app of api.apps) {
      await until(
        async () => (await as(key, 'GET', `/bookings/${salon.things.booking}`, undefined, app)).status === 403,
      );
      expect((await as(key, 'GET', `/customers/${salon.things.customer}`, undefined, app)).status).toBe(404);
      await until(async () => (await as(key, 'GET', `/customers/${mine}`, undefined, app)).status === 200);
    }
    await asOwner('PUT', path, { role: 'manager' });
    for (const app of api.apps)
      await until(
        async () => (await as(key, 'GET', `/bookings/${salon.things.booking}`, undefined, app)).status === 200,
      );
  });

  it('and nothing beyond its locations', async () => {
    const place = async (name: string) => {
      const location = (await asOwner('POST', `/owner/businesses/${businessId}/locations`, { name })).body.id;
      const resource = { businessId, kind: 'staff', name: `Aiko at ${name}`, locationId: location };
      return { location, resource: (await asOwner('POST', '/owner/resources', resource)).body.id };
    };
    const [ginza, ueno] = [await place('Ginza'), await place('Ueno')];
    const key = await aKey({ permissions: ['resources:write', 'blocks:*'], locationIds: [ginza.location] });
    const rename = (id: string) => as(key, 'PUT', `/owner/resources/${id}`, { name: 'Yui' });
    expect((await rename(ginza.resource)).status).toBe(200);
    expect((await rename(ueno.resource)).status).toBe(404);
    expect((await rename(salon.things.resource as string)).status).toBe(403);
    expect(await make({ locationIds: [newUuid()] })).toMatchObject(refusing(422, 'location.unknown'));
  });

  it('for whoever made it neither: what they may not for themselves, their key may not', async () => {
    const permissions = ['bookings:*', 'customers:*'];
    const maker = await aMaker(permissions);
    const key = await aKey({ permissions }, maker);
    const { service: serviceId } = salon.things;
    const start = salon.start.replace('T03', 'T08');
    const booked = await must(as(maker, 'POST', '/bookings', { businessId, serviceId, start }));
    const path = `/bookings/${booked.body.id}`;
    expect(await as(key, 'POST', `${path}/confirm`, {})).toMatchObject(refusing(403, 'access.own'));
    const link = { userId: maker.id };
    const customer = (await asOwner('POST', '/customers', { businessId, name: 'Somebody' })).body.id;
    expect(await as(key, 'POST', `/customers/${customer}/link-user`, link)).toMatchObject(
      refusing(422, 'customer.own_link'),
    );
  });
});

it('history, the audit log and their readers are told which machine it was', async () => {
  const { owner } = salon.people;
  const key = await aKey({ name: 'Front desk', permissions: ['bookings:*', 'customers:read'] });
  const { service: serviceId, customer: customerId } = salon.things;
  const wish = { businessId, serviceId, customerId, start: salon.start.replace('T03', 'T10') };
  const booked = await must(as(key, 'POST', '/bookings', wish));
  const headers = seen(booked);
  const actor = { id: key.id, role: 'api_key', name: 'Front desk' };
  const history = await api.call('GET', `/bookings/${booked.body.id}/history`, { token: owner.token, headers });
  expect(history.body.items.map((item: { actor: object }) => item.actor)).toContainEqual(actor);
  const log = await api.call('GET', `/audit?businessId=${businessId}&entityId=${booked.body.id}`, {
    token: owner.token,
    headers,
  });
  expect(log.body.items[0]).toMatchObject({
    actorId: key.id,
    actorRole: 'api_key',
    actorName: 'Front desk',
    ip: '127.0.0.1',
  });
  const people = await api.call('GET', `/audit?businessId=${businessId}&entityId=${salon.things.booking}`, {
    token: owner.token,
    headers,
  });
  expect(people.body.items[0]).toMatchObject({ actorId: owner.id, actorRole: 'user', actorName: null });
});

it('is known to have been used, without a write for each request', async () => {
  const key = await aKey();
  const path = `/auth/api-keys/${key.id}`;
  const lastUsed = async () => (await asOwner('GET', path)).body.lastUsedAt;
  await until(async () => (await as(salon.people.owner, 'GET', path)).status === 200);
  expect(await lastUsed()).toBeNull();
  await customers(key);
  const first = await lastUsed();
  expect(first).toMatch(/^\d{4}-/);
  for (const app of api.apps) await customers(key, app);
  expect(await lastUsed()).toBe(first);
  await api.app
    .get(Pool)
    .query(`update app.api_keys set last_used_at = now() - interval '1 hour' where id = $1`, [key.id]);
  expect(await customers({ token: forged(key.token) })).toMatchObject(NOT_GOOD);
  const before = await lastUsed();
  await customers(key);
  expect(await lastUsed()).not.toBe(before);
});

it('a business has so many at a time, also when many are made at once', async () => {
  const { people, things } = await aBusiness(api, admin);
  const body = { businessId: things.business, permissions: [] };
  await api.app
    .get(Pool)
    .query(
      `insert into app.api_keys (id, business_id, hash) select gen_random_uuid(), $1, 'x' from generate_series(1, 98)`,
      [things.business],
    );
  const made = await Promise.all([1, 2, 3, 4].map(() => make(body, people.owner)));
  expect(made.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422]);
  expect(made.find(({ status }) => status === 422)).toMatchObject({ body: { code: 'api_key.too_many', limit: 100 } });
  const one = made.find(({ status }) => status === 201);
  await must(api.call('DELETE', `/auth/api-keys/${one?.body.id}`, { token: people.owner.token }));
  expect((await make(body, people.owner)).status).toBe(201);
});

it('those of which a process died before they were made, or before they were gone, count for nothing', async () => {
  const { people, things } = await aBusiness(api, admin);
  const pool = api.app.get(Pool);
  const body = { businessId: things.business, permissions: [] };
  const [stands, gone] = [await must(make(body, people.owner)), await must(make(body, people.owner))];
  await must(api.call('DELETE', `/auth/api-keys/${gone.body.id}`, { token: people.owner.token }));
  await pool.query(`update app.api_keys set hash = 'x' where id = $1`, [gone.body.id]);
  await pool.query(
    `insert into app.api_keys (id, business_id, hash) select gen_random_uuid(), $1, 'x' from generate_series(1, 98)`,
    [things.business],
  );
  // They may be being made just now.
  expect(await make(body, people.owner)).toMatchObject(refusing(422, 'api_key.too_many'));
  await pool.query(`update app.api_keys set made_at = now() - interval '1 hour' where business_id = $1`, [
    things.business,
  ]);
  expect((await make(body, people.owner)).status).toBe(201);
  const { rows } = await pool.query('select id from app.api_keys where business_id = $1 and hash is not null', [
    things.business,
  ]);
  expect(rows).toHaveLength(2);
  expect(rows.map(({ id }) => id)).toContain(stands.body.id);
});

it('of a business whose subscription has expired carries through what stands, and makes nothing new', async () => {
  const { people, things, start } = await aBusiness(api, admin);
  const of = { businessId: things.business, permissions: ['bookings:*', 'customers:*'] };
  const key = await aKey(of, people.owner);
  await must(as(admin, 'PUT', `/admin/businesses/${things.business}/subscription`, { state: 'expired' }));
  const { service: serviceId, customer: customerId } = things;
  const wish = { businessId: things.business, serviceId, customerId, start: start.replace('T03', 'T05') };
  const over = refusing(422, 'business.subscription_expired');
  expect(await as(key, 'POST', '/bookings', wish)).toMatchObject(over);
  expect((await as(key, 'DELETE', `/bookings/${things.booking}`, {})).status).toBe(200);
  expect(await make(of, people.owner)).toMatchObject(over);
  expect((await api.call('DELETE', `/auth/api-keys/${key.id}`, { token: people.owner.token })).status).toBe(204);
});

it('is limited for itself, not with others of its business or network', async () => {
  const limited = await ApiUnderTest.start({ RATE_LIMIT: 'on' });
  try {
    const boss = await somebody(limited);
    const call = (token: string, method: Method, path: string, body?: object) =>
      limited.call(method, path, { token, body });
    const founding = { name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const { id } = (await must(call(boss.token, 'POST', '/owner/businesses', founding))).body;
    const fresh = async () =>
      (await must(call(boss.token, 'POST', '/auth/api-keys', { businessId: id, name: 'Till', permissions: READS })))
        .body.key;
    const [busy, calm] = [await fresh(), await fresh()];
    const ask = (token: string) => call(token, 'GET', `/customers?businessId=${id}`);
    // A window that ends meanwhile would let some more pass.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      const first = await ask(busy);
      expect(first.headers['ratelimit-policy']).toBe('"api_key";q=600;w=60');
      for (let i = 1; i < 600; i++) await ask(busy);
      expect(await ask(busy)).toMatchObject(refusing(429, 'rate.limited'));
      expect((await ask(calm)).status).toBe(200);
    } finally {
      clock.mockRestore();
    }
  } finally {
    await limited.stop();
  }
}, 120_000);

/** A text of the right shape with the id of a key, and a secret that is not its own. */
const forged = (token: string): string => newKeyText(readKeyText(token)?.id as Uuid).text;
