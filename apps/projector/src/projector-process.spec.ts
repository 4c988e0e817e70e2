import { aggregates, projections } from '@yoyaku/composition';
import { createPool } from '@yoyaku/postgres';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { startServers, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { startProjector } from './projector-process';

test('runs the relay and every read model there is, and leaves nothing claimed', async () => {
  const servers = await startServers();
  const pool = createPool(servers.databaseUrl);
  const projector = await startProjector({
    ...servers,
    partitions: 8,
    piiMasterKey: Buffer.alloc(32),
    piiMasterKeysOld: [],
    relayKey: Buffer.alloc(32),
    aggregates,
    projections,
    logger: pino({ level: 'silent' }),
  });
  await until(async () => {
    const { path, relaying } = await projector.check();
    return path === 'nats' && relaying;
  });
  expect((await projector.check()).missing).toEqual([]);
  const statuses = await new ProjectionAdmin(pool).list();
  expect(statuses.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
    projections.map(({ name }) => `${name} live`).sort(),
  );
  const stopping = performance.now();
  await projector.stop();
  expect(performance.now() - stopping).toBeLessThan(10_000);
  const { rows } = await pool.query('select from projecting.checkpoints where owner is not null');
  expect(rows).toEqual([]);
  await pool.end();
  await servers.stop();
});

test('does not start with another prefix than the installation has', async () => {
  const servers = await startServers();
  const start = (eventStorePrefix: string) =>
    startProjector({
      ...servers,
      natsUrl: '',
      eventStorePrefix,
      partitions: 8,
      piiMasterKey: Buffer.alloc(32),
      piiMasterKeysOld: [],
      relayKey: Buffer.alloc(32),
      aggregates,
      projections: [],
      logger: pino({ level: 'silent' }),
    });
  await (await start('tokyo')).stop();
  await expect(start('osaka')).rejects.toThrow('ESDB_PREFIX is "osaka"; this installation has "tokyo" for good');
  await (await start('tokyo')).stop();
  await servers.stop();
});
