import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { aggregates } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { type Aggregate, decide, newUuid, now } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { startServers, testSecrets, until } from '@yoyaku/testing';
import { type Connections, connect } from '../src/connections';

const ROOT = join(__dirname, '../../..');
const PRELOADED = [join(ROOT, 'tools/swc-require.cjs'), join(__dirname, 'endless-handler.cjs')];

/** As decided by the aggregate itself. Gives its id. */
async function createBusiness({ codec, eventStore }: Connections, name: string): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: only this one aggregate's commands are meant
  const business = aggregates.find(({ category }) => category === 'business') as Aggregate<any, any, any>;
  const businessId = newUuid();
  const data = {
    businessId,
    ownerId: newUuid(),
    name,
    slug: name.toLowerCase(),
    timeZone: 'Asia/Tokyo',
    currency: 'JPY',
    locale: 'ja',
    verticalId: null,
    description: null,
  };
  const { decider } = business;
  const events = decide(decider, { type: 'CreateBusiness', data, at: now() } as never, decider.initial);
  const link = { revision: -1, hash: null };
  const stream = `business-${businessId}`;
  const sealed = await codec.sealAll(stream, events, systemContext('spec'), businessId, link);
  await eventStore.append(stream, 'no_stream', sealed);
  return businessId;
}

test('a projector whose handler does not end is killed; started again, it leaves out that business alone', async () => {
  const servers = await startServers();
  const connections = await connect({
    ...servers,
    piiMasterKey: Buffer.from(testSecrets.PII_MASTER_KEY, 'base64'),
    piiMasterKeysOld: [],
    aggregates,
  });
  const admin = new ProjectionAdmin(connections.pool);
  const startProjector = () =>
    spawn(process.execPath, [...PRELOADED.flatMap((file) => ['-r', file]), join(ROOT, 'apps/projector/src/main.ts')], {
      env: { PATH: process.env.PATH, ...testSecrets, ...servers.environment },
      stdio: 'ignore',
    });
  /** Live, with nothing left to catch up with: where handlers have no limit. */
  const followsLive = async () => {
    const owned = `select from projecting.checkpoints where owner is not null`;
    const worker = `select from projecting.workers where status->'catchingUp' = '[]'`;
    return (await connections.pool.query(`select exists (${owned}) and exists (${worker}) as yes`)).rows[0].yes;
  };

  const first = startProjector();
  const killed = once(first, 'exit');
  // Its tables are made by its start.
  await until(() => followsLive().catch(() => false));
  const endless = await createBusiness(connections, 'Endless');
  const spared = await createBusiness(connections, 'Spared');
  expect(await killed).toEqual([null, 'SIGKILL']);

  const second = startProjector();
  await until(async () => (await admin.get('businesses')).quarantined.length > 0);
  expect((await admin.get('businesses')).quarantined).toMatchObject([
    { tenant: endless, failure: { type: 'BusinessCreated', error: expect.stringContaining('not ended') } },
  ]);
  const { rows } = await connections.pool.query('select id from read.businesses');
  expect(rows).toEqual([{ id: spared }]);

  const stopped = once(second, 'exit');
  second.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
  await connections.close();
  await servers.stop();
}, 60_000);
