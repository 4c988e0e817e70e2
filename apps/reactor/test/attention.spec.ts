import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { aggregates, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { HOUR, localDate, newUuid, plusMs, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { asked, at, BookingProcess, Salon } from '../../../libs/booking/test/salon';
import { Resource } from '../../../libs/catalog/src/domain/resource.decider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';

const ROOT = join(__dirname, '../../..');
/** More than two parts of them. */
const BOOKINGS = 450;
const KILLS = 4;
/** Processes start anew, and a busy machine may take long over it; in milliseconds. */
const PATIENCE = 240_000;

test(
  'two reactors, killed at random: each of many bookings needs attention, once, and the owner is told once of all',
  async () => {
    const servers = await startServers();
    const config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
    const pool = createPool(servers.databaseUrl);
    const booking = await BookingProcess.start(servers);
    const logger = pino({ level: 'silent' });
    let projector: ProjectorProcess | undefined;
    const reactors: ChildProcess[] = [];
    const startReactor = () => {
      const args = ['-r', join(ROOT, 'tools/swc-require.cjs'), join(ROOT, 'apps/reactor/src/main.ts')];
      const env = { PATH: process.env.PATH, ...testSecrets, ...servers.environment };
      reactors.push(spawn(process.execPath, args, { env, stdio: 'ignore' }));
    };
    const store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
    const typesOf = async (id: Uuid) =>
      (await Array.fromAsync(store.readStream(`booking-${id}`))).map(({ type }) => type);
    try {
      const salon = await Salon.open(booking);
      const yuki = await salon.resource();
      const { known } = await booking.bookings.request(salon.wish(await salon.service([[yuki]]), at(0)), asked());
      const { standing: _, renounced: __, unseen: ___, outcomeAt: ____, attention, kept, ...booked } = known;
      const ids: Uuid[] = [known.bookingId];
      while (ids.length < BOOKINGS) {
        const bookingId = newUuid();
        ids.push(bookingId);
        // Many begin at the same time, so that parts end among them.
        const start = plusMs(at(0), Math.floor(ids.length / 50) * HOUR);
        const end = plusMs(start, HOUR);
        const data = { ...booked, bookingId, holdId: newUuid(), start, end, status: 'confirmed' } as const;
        const request = { type: 'RequestBooking', data } as const;
        await booking.commands.execute(Booking, bookingId, request, asked(), 'assumeEmpty');
      }
      // What was changed before that is looked at by nobody.
      projector = await startProjector({ ...config, aggregates, projections: projectionsAndReactions, logger });
      startReactor();
      startReactor();
      const off = { exceptionId: newUuid(), date: localDate(at(0), 'UTC'), kind: 'off', hours: [] } as const;
      await booking.commands.execute(Resource, yuki, { type: 'AddException', data: off }, asked());
      const isActive = async () =>
        (await pool.query(`select from yoyaku_jobs.job where state = 'active' and name = 'look-for-uncovered'`))
          .rowCount !== 0;
      for (let kill = 0; kill < KILLS; kill++) {
        // While they work, where they do; all may be done before.
        await until(isActive, 2_000).catch(() => {});
        reactors.shift()?.kill('SIGKILL');
        startReactor();
      }
      const open = new Set(ids);
      const told = async () =>
        (await pool.query(`select notice from read.notifications where notice->>'kind' = 'bookings_uncovered'`)).rows;
      await until(async () => {
        // What the dead held would be taken over after 15 seconds; that others are robbed too makes it no easier.
        await pool.query(
          `update yoyaku_jobs.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'`,
        );
        for (const id of open) if ((await typesOf(id)).includes('AttentionRaised')) open.delete(id);
        return open.size === 0 && (await told()).length > 0;
      }, PATIENCE);
      for (const id of ids) expect(await typesOf(id)).toEqual(['BookingRequested', 'AttentionRaised']);
      expect(await told()).toMatchObject([{ notice: { facts: { bookings: BOOKINGS } } }]);
    } finally {
      for (const reactor of reactors) reactor.kill('SIGKILL');
      await store.close();
      await projector?.stop();
      await booking.stop();
      await pool.end();
      await servers.stop();
    }
  },
  PATIENCE + 60_000,
);
