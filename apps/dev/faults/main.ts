import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passableFolder } from '@yoyaku/embedded';
import { Random } from '@yoyaku/simulation';
import { clockEnvironment } from '../src/clock';
import { apiPorts, readSettings } from '../src/settings';
import { Account, type Credentials } from './account';
import { Client } from './client';
import { openEventStore } from './event-store';
import { givenEventStore } from './given';
import { APIS, Installation, URL_OF } from './installation';
import { judge } from './judge';
import { Load } from './load';
import { Marks } from './marks';
import { Network } from './network';
import { givePast } from './past';
import { type Extent, faultsOf, LONG, SHORT } from './plan';
import { runCli, withReadModels } from './read-models';
import { none, Report, seconds } from './report';
import { openSalon } from './salon';
import { type Fault, Tally } from './tally';
import { Probe, type World } from './world';

const CUSTOMERS = 8;
const CAUGHT_UP_WITHIN_MS = 300_000;
/**
 * `npm run test:faults -- [--long] [--minutes N] [--events N] [--rounds N] [--kills N] [--builds N] [--only texts]
 * [--seed N] [--keep]`: a real installation with a past, under load, whose parts are killed, stopped, frozen, wiped,
 * filled up, set otherwise, cut off from each other, replaced and taken away, also while read models are rebuilt;
 * afterwards the whole history is held against all that was acknowledged. `--minutes`: round follows upon round, and no
 * fault begins after so many minutes. `--only` leaves out the faults that have none of these texts (separated by commas)
 * in their names. What fails, or `--keep`, leaves the data, the logs, and what each request met with. With TEST_ESDB_URL
 * the installation uses that event store.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      long: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      events: { type: 'string' },
      rounds: { type: 'string' },
      kills: { type: 'string' },
      builds: { type: 'string' },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
      keep: { type: 'boolean', default: false },
    },
  });
  const endless = values.minutes === undefined ? {} : { rounds: Number.POSITIVE_INFINITY };
  const extent: Extent = { ...(values.long ? LONG : SHORT), ...endless, ...numbersIn(values) };
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const given = givenEventStore();
  if (given.ESDB_PREFIX) console.log(`in the event store of TEST_ESDB_URL, prefix ${given.ESDB_PREFIX}`);
  const folder = passableFolder(mkdtempSync(join(tmpdir(), 'yoyaku-faults-')));
  console.log(`seed ${values.seed}, data in ${folder}`);
  const report = new Report();
  const random = new Random(Number(values.seed));
  const admin = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') };
  await givePast(Installation.dataDirIn(folder), extent.events, given);
  const host = '127.0.0.1';
  const ports = await apiPorts({ ...readSettings({ API_PROCESSES: `${APIS.length}` }), host });
  const installation = new Installation(folder, {
    API_PROCESSES: `${ports.length}`,
    PORT: `${ports[0]}`,
    HOST: host,
    DEMO: 'false',
    RATE_LIMIT: 'off',
    // As EventStoreDB does.
    EVENT_NODE_SLOW_CONSUMER: 'end',
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    ...clockEnvironment(folder),
    ...given,
  });
  const apis = new Map(APIS.map((name, i) => [name, `http://${host}:${ports[i]}`] as const));
  const network = await Network.open(apis, (server) => installation.environment[URL_OF[server]] ?? '');
  installation.stage(network.staging);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => installation.stop().finally(() => process.exit(1)));
  }
  try {
    if (await report.check('an installation starts over a past', async () => seconds(await installation.start()))) {
      await report.check('read models take in the past', () => catchUp(installation));
      const world = await openWorld(installation, network, admin, random);
      const faults = faultsFor(installation, extent, values.only);
      const tally = new Tally();
      await underLoad(world, report, tally, { faults, rounds: extent.rounds, minutes });
      await judge(world, report, extent.answers);
      writeFileSync(join(folder, 'exchanges.ndjson'), world.client.exchanges.map(line).join(''));
      console.log(tally.table);
    }
  } finally {
    await installation.stop();
    await network.close();
  }
  const code = report.conclude(installation.leftOut);
  if (code === 0 && !values.keep) rmSync(folder, { recursive: true, force: true });
  return code;
}

/** Those with one of these texts in their names. What cannot be done to this installation is told in the end. */
function faultsFor(installation: Installation, extent: Extent, only: string): readonly Fault[] {
  const chosen = faultsOf(extent).filter(([name]) => only.split(',').some((part) => name.includes(part)));
  const impossible = chosen.filter(([, , ofOwn]) => ofOwn && installation.isGiven(ofOwn));
  for (const [name] of impossible) installation.leftOut.add(name);
  return chosen.filter((fault) => !impossible.includes(fault));
}

/** Those that were given. */
const numbersIn = (values: Readonly<Record<string, string | boolean | undefined>>) =>
  Object.fromEntries(
    ['events', 'rounds', 'kills', 'builds'].flatMap((name) =>
      values[name] === undefined ? [] : [[name, Number(values[name])]],
    ),
  );

const line = (exchange: object): string => `${JSON.stringify(exchange)}\n`;

async function openWorld(
  installation: Installation,
  network: Network,
  credentials: Credentials,
  random: Random,
): Promise<World> {
  const { origins } = network;
  const [origin = ''] = origins;
  const admin = await Account.signIn(origin, credentials);
  const salon = await openSalon(origin, admin);
  const probe = new Probe(await Account.register(origin, 'probe'), salon, random.fork());
  const client = new Client(origins, random.fork());
  const marks = new Marks(() => openEventStore(installation));
  const { position: openedAt } = await marks.take();
  return { installation, network, client, salon, random, probe, marks, openedAt };
}

const catchUp = (installation: Installation): Promise<string> =>
  withReadModels(installation, async ({ head, reach }) => seconds(await reach(await head(), CAUGHT_UP_WITHIN_MS)));

interface Plan {
  readonly faults: readonly Fault[];
  readonly rounds: number;
  readonly minutes: number;
}

async function underLoad(world: World, report: Report, tally: Tally, plan: Plan): Promise<void> {
  const { client, salon, random, installation } = world;
  const [origin = ''] = client.origins;
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, i) => Account.register(origin, `customer-${i}`)),
  );
  const load = new Load(client, salon, customers, random.fork());
  const deadline = performance.now() + plan.minutes * 60_000;
  for (let round = 1; round <= plan.rounds && performance.now() < deadline; round++) {
    await report.check('history is signed', async () => (await runCli(installation, 'audit', 'checkpoint')).trim());
    for (const fault of plan.faults) {
      if (performance.now() > deadline) break;
      const [name] = fault;
      await report.check(round > 1 ? `${name}, round ${round}` : name, () => tally.strike(world, fault));
    }
  }
  await report.check('every command is decided in the end', async () => {
    await load.stop();
    const made = client.decided.filter(({ answer }) => answer.status < 300).length;
    return `${client.decided.length} commands, ${made} of them done, in ${client.exchanges.length} requests`;
  });
  await report.check('a repeated command is answered as the first time', async () => {
    none(load.violations);
    return `${load.repeats} repeated commands`;
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
