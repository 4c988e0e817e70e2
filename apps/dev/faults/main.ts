import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passableFolder } from '@yoyaku/embedded';
import { ensureHistory } from '../../../bench/generate/history';
import { Resources } from '../../../bench/stack/servers';
import { apiPorts, readSettings } from '../src/settings';
import { Account, type Credentials } from './account';
import { Client } from './client';
import { clockEnvironment, jumpClocks } from './clocks';
import { Installation } from './installation';
import { judge } from './judge';
import { Load } from './load';
import * as outages from './outages';
import { killProjectors } from './projectors';
import { Random } from './random';
import { withReadModels } from './read-models';
import { killRebuilding, rebuildUnderLoad } from './rebuilds';
import { none, Report, seconds } from './report';
import { openSalon } from './salon';
import { Probe, type World } from './world';

const CUSTOMERS = 8;
/** The lives that the past consists of are short, for what counts is how many events there are. */
const DAYS = 14;
const CAUGHT_UP_WITHIN_MS = 300_000;
/** How many events there are before anything happens, how often every process is killed, and how often who rebuilds. */
const EXTENTS = {
  short: { events: 10_000, rounds: 1, kills: 3 },
  long: { events: 100_000, rounds: 10, kills: 10 },
};

/**
 * `npm run test:faults -- [--long] [--events N] [--rounds N] [--kills N] [--only text] [--seed N] [--keep]`: a
 * real installation with a past, under load, whose parts are killed, stopped, wiped and taken away, also while read
 * models are rebuilt; afterwards the whole history is held against all that was acknowledged. `--only` leaves out the
 * faults without that in their names. What fails, or `--keep`, leaves the data, the logs, and what each request met with.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      long: { type: 'boolean', default: false },
      events: { type: 'string' },
      rounds: { type: 'string' },
      kills: { type: 'string' },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
      keep: { type: 'boolean', default: false },
    },
  });
  const { events, rounds, kills } = { ...(values.long ? EXTENTS.long : EXTENTS.short), ...numbersIn(values) };
  const folder = passableFolder(mkdtempSync(join(tmpdir(), 'yoyaku-faults-')));
  console.log(`seed ${values.seed}, data in ${folder}`);
  const report = new Report();
  const random = new Random(Number(values.seed));
  const admin = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') };
  await givePast(folder, events);
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
    ...clockEnvironment(folder),
  });
  const origins = ports.map((port) => `http://${host}:${port}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => installation.stop().finally(() => process.exit(1)));
  }
  try {
    if (await report.check('an installation starts over a past', async () => seconds(await installation.start()))) {
      await report.check('read models take in the past', () => catchUp(installation));
      const world = await openWorld(installation, origins, admin, random);
      await underLoad(world, report, { rounds, kills, only: values.only });
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

/** Those that were given. */
const numbersIn = (values: Readonly<Record<string, string | boolean | undefined>>) =>
  Object.fromEntries(
    Object.keys(EXTENTS.short).flatMap((name) => (values[name] === undefined ? [] : [[name, Number(values[name])]])),
  );

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

/** Takes a while: ports that are to be free are looked for afterwards. */
async function givePast(folder: string, events: number): Promise<void> {
  const resources = new Resources();
  try {
    await ensureHistory(resources, Installation.dataDirIn(folder), events, DAYS);
  } finally {
    await resources.end();
  }
}

const catchUp = (installation: Installation): Promise<string> =>
  withReadModels(installation, async ({ head, reach }) => seconds(await reach(await head(), CAUGHT_UP_WITHIN_MS)));

interface Plan {
  readonly rounds: number;
  readonly kills: number;
  /** Faults whose names do not contain this are left out. */
  readonly only: string;
}

async function underLoad(world: World, report: Report, plan: Plan): Promise<void> {
  const { client, salon, random } = world;
  const [origin = ''] = client.origins;
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, i) => Account.register(origin, `customer-${i}`)),
  );
  const load = new Load(client, salon, customers, random.fork());
  for (const [name, strike] of faults(plan)) {
    if (name.includes(plan.only)) await report.check(name, () => strike(world));
  }
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

const faults = ({ rounds, kills }: Plan): [name: string, strike: (world: World) => Promise<string>][] => [
  ...Array.from({ length: rounds }, (_, i): [string, typeof outages.killAll] => [
    `kill -9 of every process, round ${i + 1}`,
    outages.killAll,
  ]),
  ['NATS loses its data: read models follow', outages.wipeNats],
  ['NATS hangs: read models follow', outages.hangNats],
  ['NATS is gone: read models follow', outages.removeNats],
  ['all read models dropped: they come back', outages.dropReadModels],
  ['their tables dropped: one command brings them back', outages.restoreReadModels],
  ['rebuilt under load: nobody notices', rebuildUnderLoad],
  ['kill -9 of who rebuilds: it goes on and ends', (world) => killRebuilding(world, kills)],
  ['kill -9 of any of three projectors: the others take over', (world) => killProjectors(world, kills)],
  ['clocks jump: nothing comes of it', jumpClocks],
  ['PostgreSQL away: commands say so, none is half done', outages.removePostgres],
  ['event store away: commands say so, queries go on', outages.removeEventStore],
  ['every process stops within 10 s and answers what it was asked', outages.stopEach],
  ['supervisor killed: a new start takes over', outages.killSupervisor],
];

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
