import { StaffQueries } from '@projections/business';
import { Commands, EventStoreDb, SUBJECT_KEYS, type SubjectKeys, subjectOf, systemContext } from '@yoyaku/eventing';
import { EraseUser } from '@yoyaku/identity';
import { newUuid, now, type Uuid } from '@yoyaku/kernel';
import { Consistency } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { ErasureFinisher } from '../../reactor/src/erasure-finisher';
import { aBusiness, employed, type Person, somebody, tokenOf } from './a-business';
import { ApiUnderTest, callOn, PASSWORD } from './api-under-test';

let api: ApiUnderTest;
let admin: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 2);
  admin = await api.admin();
});
afterAll(() => api.stop());

const change = (id: string, body: object, by: Person = admin) =>
  api.call('PATCH', `/users/${id}`, { token: by.token, body });
const erase = (id: string, by: Person = admin) => api.call('POST', `/users/${id}/erase`, { token: by.token, body: {} });
const me = (token: string, process = 0) =>
  callOn(api.apps[process] as ApiUnderTest['app'], 'GET', '/auth/me', { token });
const head = async () => ({ 'x-min-position': String(await api.app.get(EventStoreDb).head()), prefer: 'wait=10' });

describe('an admin', () => {
  it('makes somebody an auditor, and takes that again, with the token that they have', async () => {
    const ann = await somebody(api);
    const audit = () => api.call('GET', '/audit', { token: ann.token });
    const list = async () =>
      (await api.call('GET', '/users?role=auditor', { token: admin.token, headers: await head() })).body.items;
    expect(await change(ann.id, { role: 'auditor' })).toMatchObject({ status: 200, body: { role: 'auditor' } });
    expect((await audit()).status).toBe(200);
    expect((await list()).map(({ id }: { id: string }) => id)).toContain(ann.id);
    expect((await change(ann.id, { role: 'user' })).body.role).toBe('user');
    expect((await list()).map(({ id }: { id: string }) => id)).not.toContain(ann.id);
  });

  it('disables somebody, whose sessions end everywhere, and enables them again', async () => {
    const ann = await api.register('Ann');
    const disabled = await change(ann.id, { disabled: true, reason: 'spam' });
    expect(disabled).toMatchObject({ status: 200, body: { status: 'disabled' } });
    expect((await me(ann.token)).status).toBe(401);
    await until(async () => (await me(ann.token, 1)).status === 401);
    expect((await api.call('POST', '/auth/refresh', { body: { refreshToken: ann.refreshToken } })).status).toBe(401);
    expect((await api.call('POST', '/auth/login', { body: { email: ann.email, password: PASSWORD } })).status).toBe(
      401,
    );
    expect(await change(ann.id, { role: 'auditor' })).toMatchObject({ body: { code: 'identity.user_disabled' } });

    expect(await change(ann.id, { disabled: false })).toMatchObject({ status: 200, body: { status: 'active' } });
    // What ended has ended.
    expect((await me(ann.token)).status).toBe(401);
    expect((await api.login(ann)).id).toBe(ann.id);
  });

  it('does so only on condition, where there is one', async () => {
    const ann = await somebody(api);
    const options = { token: admin.token, body: { role: 'auditor' }, headers: { 'if-match': '"7"' } };
    expect((await api.call('PATCH', `/users/${ann.id}`, options)).status).toBe(412);
    expect(await change(ann.id, { reason: 'none' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'reason' }] },
    });
    expect(await change(newUuid(), { disabled: true })).toMatchObject({
      status: 404,
      body: { code: 'user.not_found' },
    });
  });

  it('stays, where there is no other', async () => {
    expect(await change(admin.id, { disabled: true })).toMatchObject({
      status: 422,
      body: { code: 'identity.last_admin' },
    });
    expect(await change(admin.id, { role: 'user' })).toMatchObject({ body: { code: 'identity.last_admin' } });
    expect(await erase(admin.id)).toMatchObject({ body: { code: 'identity.last_admin' } });
    const bob = await somebody(api);
    expect((await change(bob.id, { role: 'admin' })).body.role).toBe('admin');
    const both = await Promise.all([
      change(admin.id, { role: 'user' }, bob),
      callOn(api.apps[1] as ApiUnderTest['app'], 'PATCH', `/users/${bob.id}`, {
        token: admin.token,
        body: { role: 'user' },
      }),
    ]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = both[0]?.status === 200 ? bob : admin;
    if (left === bob) {
      await change(admin.id, { role: 'admin' }, bob);
      await change(bob.id, { role: 'user' });
    }
    expect((await me(admin.token)).body.role).toBe('admin');
  });
});

describe('somebody erased', () => {
  it('is nobody any more, and what was known of them cannot be read', async () => {
    const email = `${newUuid()}@example.com`;
    const body = { name: 'Murasaki', email, username: `m-${newUuid().slice(-12)}`, password: PASSWORD };
    const { user, accessToken, refreshToken } = (await api.call('POST', '/auth/register', { body })).body;
    expect(await erase(user.id)).toMatchObject({ status: 200, body: { id: user.id, status: 'erased' } });
    expect((await me(accessToken)).status).toBe(401);
    expect((await api.call('POST', '/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect((await api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })).status).toBe(401);
    const { body: shown } = await api.call('GET', `/users/${user.id}`, { token: admin.token });
    expect(shown).toMatchObject({ id: user.id, status: 'erased' });
    const erased = await api.call('GET', '/users?status=erased', { token: admin.token, headers: await head() });
    expect(erased.body.items).toContainEqual(
      expect.objectContaining({ id: user.id, name: null, email: null, phone: null, username: null }),
    );
    const keys: SubjectKeys = api.app.get(SUBJECT_KEYS);
    expect((await keys.find([subjectOf('user', user.id)])).size).toBe(0);
    for (const table of ['credentials', 'sessions', 'verification_codes'])
      expect((await api.app.get(Pool).query(`select from app.${table} where user_id = $1`, [user.id])).rowCount).toBe(
        0,
      );

    expect(await erase(user.id)).toMatchObject({ status: 200, body: { status: 'erased' } });
    expect(await change(user.id, { disabled: false })).toMatchObject({ status: 404 });
    // Their address and their name may be somebody else's now.
    const again = await api.call('POST', '/auth/register', { body });
    expect(again.status).toBe(201);
    expect(again.body.user.id).not.toBe(user.id);
  });

  it('works for nobody any more, and is first rid of a business of their own', async () => {
    const { people, things } = await aBusiness(api, admin);
    const staff = people.staff;
    await head().then((headers) => api.call('GET', '/staff/assignments', { token: staff.token, headers }));
    expect((await erase(staff.id)).status).toBe(200);
    const list = async (status: string) =>
      (
        await api.call('GET', `/staff/assignments?businessId=${things.business}&status=${status}`, {
          token: people.owner.token,
          headers: await head(),
        })
      ).body.items.map(({ userId }: { userId: string }) => userId);
    expect(await list('active')).not.toContain(staff.id);
    expect(await list('terminated')).toContain(staff.id);
    expect(await erase(people.owner.id)).toMatchObject({ status: 422, body: { code: 'user.owns_business' } });
    expect((await me(tokenOf(api, people.owner.id))).status).toBe(200);
  });

  it('works for nobody any more, though nobody sees yet that they do, or they began while they were erased', async () => {
    const { people, things } = await aBusiness(api, admin);
    const [ann, bob] = [await somebody(api), await somebody(api)];
    const appoint = (userId: string) =>
      employed(api, people.owner.token, { businessId: things.business as string, userId, role: 'staff' });
    const working = async () => {
      const path = `/staff/assignments?businessId=${things.business}&status=active`;
      const { body } = await api.call('GET', path, { token: people.owner.token, headers: await head() });
      return body.items.map(({ userId }: { userId: string }) => userId);
    };
    const waiting = jest.spyOn(api.app.get(Consistency), 'waitFor');
    const holding = await api.app.get(Pool).connect();
    await holding.query('begin; lock table read.staff in exclusive mode');
    await appoint(ann.id);
    waiting.mockClear();
    const erasing = erase(ann.id);
    await Promise.race([erasing, until(async () => waiting.mock.calls.length > 0)]);
    await holding.query('rollback');
    holding.release();
    waiting.mockRestore();
    expect((await erasing).status).toBe(200);
    expect(await working()).not.toContain(ann.id);

    await appoint(bob.id);
    const commands = api.app.get(Commands);
    await commands.send(new EraseUser(bob.id as Uuid, systemContext('somebody else')));
    expect(await working()).toContain(bob.id);
    const finisher = new ErasureFinisher(
      { unfinished: async () => [] } as never,
      { unfinishedErasures: async () => [bob.id] } as never,
      api.app.get(StaffQueries),
      commands,
      api.app.get(EventStoreDb),
      api.app.get(Consistency),
    );
    for await (const work of finisher.due(now(), 0)) await work();
    expect(await working()).not.toContain(bob.id);
  });

  it('is erased by admins alone', async () => {
    const [ann, auditor] = [await somebody(api), await somebody(api, 'auditor')];
    for (const by of [ann, auditor]) {
      expect((await erase(ann.id, by)).status).toBe(403);
      expect((await change(ann.id, { role: 'admin' }, by)).status).toBe(403);
    }
  });
});
