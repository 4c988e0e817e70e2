import { EventCodec, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { newUuid, PLATFORM } from '@yoyaku/kernel';
import type { ProjectionStatus } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { ApiUnderTest, type Method, type SignedInUser } from './api-under-test';

type Partition = ProjectionStatus['partitions'][number];

let api: ApiUnderTest;
let admin: SignedInUser;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  await api.app.listen(0, '127.0.0.1');
}, 60_000);
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
  const stream = await registerNobody();
  await until(async () => (await ask('GET', '')).body.state === 'failed');
  const { partition, failure } = (await ask('GET', '')).body.partitions.find((one: Partition) => one.failure);
  await ask('POST', '/skip', { reason: 'nobody is missed' });
  await until(async () => BigInt((await ask('GET', '')).body.partitions[partition].position) >= failure.position);
  // Live is past it; a new build is not told that it may be passed over.
  await api.app.get(Pool).query('delete from projecting.skips');
  const before = (await api.call('GET', '/users', { token: admin.token })).body;

  expect((await ask('POST', '/rebuild')).status).toBe(202);
  expect(await outcome()).toMatchObject({
    state: 'failed',
    failure: { type: 'UserRegistered', stream, revision: 0, error: expect.stringContaining('locale') },
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
