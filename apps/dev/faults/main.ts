import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passableFolder } from '@yoyaku/embedded';
import { apiPorts, readSettings } from '../src/settings';
import { Account, type Credentials } from './account';
import { Client, problemOf } from './client';
import { differences, type Replayed, replay } from './history';
import { eventually, Installation } from './installation';
import { Load } from './load';
import * as outages from './outages';
import { Random } from './random';
import { none, Report, seconds } from './report';
import { openSalon } from './salon';
import {
  acknowledged,
  availabilityEqualsFold,
  chainsAreWhole,
  listEqualsFold,
  readHistory,
  repeatAll,
  unbecoming,
  unreasonable,
} from './verdict';
import { Probe, type World } from './world';

const CUSTOMERS = 8;
/** By then whoever looks after requests that died half-way has done so. */
const SETTLED_WITHIN_MS = 60_000;

/**
 * `npm run test:faults -- [--rounds 1] [--seed N] [--keep]`: a real installation under load, whose parts are killed,
 * stopped, wiped and taken away; afterwards the whole history is held against all that was acknowledged.
 * More rounds kill every process as many times. What fails, or `--keep`, leaves the data, the logs, and what each request met with.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1' },
      seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
      keep: { type: 'boolean', default: false },
    },
  });
  const folder = passableFolder(mkdtempSync(join(tmpdir(), 'yoyaku-faults-')));
  console.log(`seed ${values.seed}, data in ${folder}`);
  const report = new Report();
  const random = new Random(Number(values.seed));
  const admin = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') };
  const host = '127.0.0.1';
  const ports = await apiPorts({ ...readSettings({ API_PROCESSES: '2' }), host });
  const installation = new Installation(folder, {
    API_PROCESSES: `${ports.length}`,
    PORT: `${ports[0]}`,
    HOST: host,
    DEMO: 'false',
    RATE_LIMIT: 'off',
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  });
  const origins = ports.map((port) => `http://${host}:${port}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => installation.stop().finally(() => process.exit(1)));
  }
  try {
    if (await report.check('an installation starts from nothing', async () => seconds(await installation.start()))) {
      const world = await openWorld(installation, origins, admin, random);
      await underLoad(world, report, Number(values.rounds));
      await judge(world, report);
      writeFileSync(join(folder, 'exchanges.ndjson'), world.client.exchanges.map(line).join(''));
    }
  } finally {
    await installation.stop();
  }
  const code = report.conclude();
  if (code === 0 && !values.keep) rmSync(folder, { recursive: true, force: true });
  return code;
}

const line = (exchange: object): string => `${JSON.stringify(exchange)}\n`;

async function openWorld(
  installation: Installation,
  origins: readonly string[],
  credentials: Credentials,
  random: Random,
): Promise<World> {
  const [origin = ''] = origins;
  const admin = await Account.signIn(origin, credentials);
  const salon = await openSalon(origin, admin);
  const probe = new Probe(await Account.register(origin, 'probe'), salon, random.fork());
  return { installation, client: new Client(origins, random.fork()), salon, random, probe };
}

async function underLoad(world: World, report: Report, rounds: number): Promise<void> {
  const { client, salon, random } = world;
  const [origin = ''] = client.origins;
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, i) => Account.register(origin, `customer-${i}`)),
  );
  const load = new Load(client, salon, customers, random.fork());
  for (let round = 1; round <= rounds; round++) {
    await report.check(`kill -9 of every process, round ${round}`, () => outages.killAll(world));
  }
  await report.check('NATS loses its data: read models follow', () => outages.wipeNats(world));
  await report.check('NATS hangs: read models follow', () => outages.hangNats(world));
  await report.check('NATS is gone: read models follow', () => outages.removeNats(world));
  await report.check('all read models dropped: they come back', () => outages.dropReadModels(world));
  await report.check('PostgreSQL away: commands say so, none is half done', () => outages.removePostgres(world));
  await report.check('event store away: commands say so, queries go on', () => outages.removeEventStore(world));
  await report.check('every process stops within 10 s and answers what it was asked', () => outages.stopEach(world));
  await report.check('supervisor killed: a new start takes over', () => outages.killSupervisor(world));
  await report.check('every command is decided in the end', async () => {
    await load.stop();
    const made = client.decided.filter(({ answer }) => answer.status < 300).length;
    return `${client.decided.length} commands, ${made} of them done, in ${client.exchanges.length} requests`;
  });
  await report.check('who waits for their own position sees what they were told', async () => {
    none(load.violations);
    return `${load.readings} readings, ${load.repeats} repeated commands`;
  });
}

async function judge(world: World, report: Report): Promise<void> {
  const { client, installation } = world;
  await report.check('faults are told as 503 with Retry-After, and nothing hangs', async () => {
    none(unbecoming(client.exchanges));
    const told = client.exchanges.filter(({ status }) => status === 503).length;
    const broken = client.exchanges.filter(({ status }) => status === null).length;
    return `503 ${told} times, ${broken} connections broken`;
  });
  await report.check('nothing is refused without a reason', async () => {
    none(unreasonable(client.decided));
    const refusals = client.decided.map(({ answer }) => problemOf(answer)).filter((code) => code !== null);
    const counts = Object.entries(Object.groupBy(refusals, (code) => code));
    return counts.map(([code, all]) => `${code} ${all?.length} times`).join(', ');
  });
  await report.check('a repeated key gives the first answer, byte for byte, at every process', () => repeatAll(world));

  const { EVENTSTORE_URL = '' } = installation.environment;
  const settled = eventually(async () => {
    const events = await readHistory(EVENTSTORE_URL);
    const replayed = replay(events);
    none(replayed.orphans);
    return { events, replayed };
  }, SETTLED_WITHIN_MS);
  await report.check('no hold is left without its booking', async () => {
    const { replayed } = await settled;
    return `${replayed.holds.length} holds`;
  });
  const events = await readHistory(EVENTSTORE_URL);
  const replayed: Replayed = replay(events);
  const head = events.at(-1)?.position ?? 0n;
  await report.check('every booking is as it was last acknowledged, and no other one exists', async () => {
    const expected = acknowledged(client.decided);
    none(differences(expected, replayed.bookings));
    return `${expected.size} bookings`;
  });
  await report.check('no two bookings of a resource overlapped at any time', async () => {
    none(replayed.overlaps);
    return `${events.filter(({ type }) => type === 'SlotReserved').length} reservations`;
  });
  await report.check("every active booking's slot stood in its calendars all the time", async () => {
    none(replayed.unheld);
    return `${replayed.bookings.size} bookings`;
  });
  await report.check('hash chains are whole', () => chainsAreWhole(events));
  await report.check('no event stands twice', async () => {
    none(replayed.repeats);
    return `${events.length} events`;
  });
  await report.check('the list of bookings equals a fold of the events', () => listEqualsFold(world, replayed, head));
  await report.check('availability equals a fold of the events', () => availabilityEqualsFold(world, replayed, head));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
