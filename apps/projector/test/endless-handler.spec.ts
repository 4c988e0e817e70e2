import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { aggregates } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { type Aggregate, decide, newUuid, now } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { startServers, testSecrets, until } from '@yoyaku/testing';
import { type Connections, connect } from '../src/connections';

/** A process starts anew, and a busy machine may take long over it; in milliseconds. */
const PATIENCE = 60_000;
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

test(
  'a projector whose handler does not end is killed; started again, it leaves out that business alone',
  async () => {
    const servers = await startServers();
    const connections = await connect({
      ...servers,
      piiMasterKey: Buffer.from(testSecrets.PII_MASTER_KEY, 'base64'),
      piiMasterKeysOld: [],
      aggregates,
    });
    const admin = new ProjectionAdmin(connections.pool);
    const startProjector = () =>
      spawn(
        process.execPath,
        [...PRELOADED.flatMap((file) => ['-r', file]), join(ROOT, 'apps/projector/src/main.ts')],
        {
          env: { PATH: process.env.PATH, ...testSecrets, ...servers.environment },
          stdio: 'ignore',
        },
      );
    /** Live, with nothing left to catch up with: where handlers have no limit. */
    const followsLive = async () => {
      const owned = `select from projecting.checkpoints where owner is not null`;
      const worker = `select from projecting.workers where status->'catchingUp' = '[]'`;
      return (await connections.pool.query(`select exists (${owned}) and exists (${worker}) as yes`)).rows[0].yes;
    };

    const isLeftOut = async () => (await admin.get('businesses')).quarantined.length > 0;

    let projector = startProjector();
    const ended = once(projector, 'exit');
    // Its tables are made by its start.
    await until(() => followsLive().catch(() => false), PATIENCE);
    const endless = await createBusiness(connections, 'Endless');
    const spared = await createBusiness(connections, 'Spared');
    // On a machine so slow that its handlers had a limit already, it need not be killed.
    const end = await Promise.race([ended, until(isLeftOut, PATIENCE)]);
    if (end) {
      expect(end).toEqual([null, 'SIGKILL']);
      projector = startProjector();
      await until(isLeftOut, PATIENCE);
    }
    expect((await admin.get('businesses')).quarantined).toMatchObject([
      { tenant: endless, failure: { type: 'BusinessCreated', error: expect.stringContaining('not ended') } },
    ]);
    const shown = async () => (await connections.pool.query('select id from read.businesses')).rows;
    await until(async () => (await shown()).length > 0);
    expect(await shown()).toEqual([{ id: spared }]);

    const stopped = once(projector, 'exit');
    projector.kill('SIGTERM');
    expect(await stopped).toEqual([0, null]);
    await connections.close();
    await servers.stop();
  },
  3 * PATIENCE,
);
