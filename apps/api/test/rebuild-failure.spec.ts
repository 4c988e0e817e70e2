import { EventCodec, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { newUuid, PLATFORM } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { ApiUnderTest, type Method, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let admin: SignedInUser;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  await api.app.listen(0, '127.0.0.1');
});
afterAll(() => api.stop());

const ask = (method: Method, path: string, body?: object) =>
  api.call(method, `/admin/projections/users${path}`, { token: admin.token, body });

/** A registration that no table takes, as only a defect could have let it in. Gives its stream. */
async function registerNobody(): Promise<string> {
  const userId = newUuid();
  const stream = `user-${userId}`;
  const data = { userId, name: 'Nobody', email: 'nobody@example.com', locale: null, role: 'user' };
  const before = { revision: -1, hash: null };
  const event = { type: 'UserRegistered', data };
  const sealed = await api.app.get(EventCodec).sealAll(stream, [event], systemContext('spec'), PLATFORM, before);
  await api.app.get(EventStoreDb).append(stream, 'no_stream', sealed);
  return stream;
}

/** The last thing that is told of the rebuild. */
async function outcome() {
  const headers = { authorization: `Bearer ${admin.token}` };
  const response = await fetch(`${await api.app.getUrl()}/api/v1/admin/projections/users/rebuild`, { headers });
  const events = (await response.text()).trim().split('\n\n');
  return JSON.parse(events.at(-1)?.replace(/^data: /, '') ?? '');
}

test('a rebuild that fails says at which event, and the read model goes on as it was', async () => {
  // So many that the rebuild does not just leave them out.
  const streams: string[] = [];
  while (streams.length < 11) streams.push(await registerNobody());
  const quarantined = async () => (await ask('GET', '')).body.quarantined.length;
  await until(async () => (await quarantined()) === streams.length);
  await ask('POST', '/skip', { reason: 'nobody is missed' });
  await until(async () => (await quarantined()) === 0);
  // Live is past them; a new build is not told that they may be passed over.
  await api.app.get(Pool).query('delete from app.projection_skips');
  const before = (await api.call('GET', '/users', { token: admin.token })).body;

  expect((await ask('POST', '/rebuild')).status).toBe(202);
  expect(await outcome()).toMatchObject({
    state: 'failed',
    failure: { type: 'UserRegistered', stream: streams.at(-1), revision: 0, error: expect.stringContaining('locale') },
  });
  expect((await ask('GET', '')).body).toMatchObject({ state: 'live', failure: null });
  expect((await api.call('GET', '/users', { token: admin.token })).body).toEqual(before);

  const ann = await api.register('Ann');
  await until(async () => {
    const { items } = (await api.call('GET', '/users', { token: admin.token })).body;
    return items.some(({ id }: { id: string }) => id === ann.id);
  });
  expect((await ask('POST', '/rebuild')).status).toBe(202);
});
