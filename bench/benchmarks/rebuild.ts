import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram, Resources } from '@yoyaku/embedded';
import { ensureHistory } from '@yoyaku/simulation';
import type { Pool } from 'pg';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Table } from '../harness/compare';
import { percentile } from '../harness/statistics';
import { copyRows } from '../load/copying';
import type { LagPlan, LagResult } from '../load/lag-process';
import { expectStatuses } from '../load/load-generator';
import { programPath } from '../load/program-path';
import { rebuildAll, untilBuilt } from '../load/rebuilding';
import { type Product, startProduct } from '../stack/product';
import { bookingRequests, distinctPlaces, openSalon, registerUsers, take } from '../stack/salon';
import { openPool } from '../stack/servers';

/** `BENCH_EVENTS` names others. */
const SIZES = (process.env.BENCH_EVENTS ?? '100000,1000000').split(',').map(Number);
const RUNS = { rounds: 3, warmUps: 0 };
/** Histories take long to write, so they stay for the next time. */
const HISTORIES = process.env.BENCH_HISTORIES ?? join(tmpdir(), 'yoyaku-histories');
const PLAN = { staff: 50, services: [{ durationMinutes: 30, staff: 50 }] };
const BOOKINGS_PER_SECOND = 100;
/** Of bookings, after which it is looked whether the rebuild still goes on. */
const STRETCH_SECONDS = 2;
const visibleSql = `select id from read.bookings where kind = 'booking' and id = any($1::uuid[])`;

/**
 * All read models from all events, in one pass, to the swap: against a bare read of the same events through the client
 * and against COPY of the rows that come of it; then while bookings are made and looked for.
 */
export const rebuild: Benchmark = async (resources) => {
  const tables: Table[] = [];
  for (const events of SIZES) {
    const own = resources.use(new Resources(process.env.BENCH_DIR));
    try {
      tables.push(...(await measure(own, events)));
    } finally {
      await own.stop();
    }
  }
  return tables;
};

async function measure(resources: Resources, events: number): Promise<Table[]> {
  const dataDir = join(HISTORIES, `${events}`);
  await ensureHistory(resources, { folder: dataDir, events });
  const product = await startProduct(resources, { dataDir });
  const { databaseUrl, eventStoreUrl } = product;
  const pool = openPool(resources, databaseUrl, 4);
  const reader = resources.use(new ChildProgram<{ eventStoreUrl: string }, Read>(programPath('read-all-process')));
  const title = `rebuild of ${events.toLocaleString('en')} events`;
  await untilBuilt(pool);
  const alone = await compare(
    title,
    [
      { name: 'all read models', run: () => rebuilt(pool) },
      { name: 'bare read', run: async () => perEvent(await reader.run({ eventStoreUrl })) },
      { name: 'COPY of the rows', run: async () => perEvent({ events, seconds: await copyRows(pool) }) },
    ],
    RUNS,
  );
  const run = await underLoad(resources, product, pool);
  return [alone, await compare(`${title}, ${BOOKINGS_PER_SECOND} bookings/s`, [{ name: 'product', run }], RUNS)];
}

interface Read {
  readonly events: number;
  readonly seconds: number;
}

const perEvent = ({ events, seconds }: Read): Figures => ({
  'events/s': events / seconds,
  'µs/event': (seconds * 1_000_000) / events,
});

async function rebuilt(pool: Pool): Promise<Figures> {
  const { swapMs, residentMiB, ...read } = await rebuildAll(pool);
  return { ...perEvent(read), 'resident MiB': residentMiB, 'swap ms': swapMs };
}

/** A rebuild with bookings going on all the while, each of which is looked for until its row is there. */
async function underLoad(resources: Resources, product: Product, pool: Pool): Promise<() => Promise<Figures>> {
  const program = resources.use(new ChildProgram<LagPlan, LagResult>(programPath('lag-process')));
  const salon = await openSalon(product, PLAN);
  const tokens = await registerUsers(product, 16);
  const places = distinctPlaces(salon.services[0]!);
  const { origin, databaseUrl } = product;
  const book = async () => {
    const requests = bookingRequests(salon, take(places, BOOKINGS_PER_SECOND * STRETCH_SECONDS), tokens);
    const result = await program.run({
      origin,
      connections: 32,
      requests,
      rate: BOOKINGS_PER_SECOND,
      databaseUrl,
      visibleSql,
    });
    expectStatuses(result, 201);
    return result;
  };
  return async () => {
    await book();
    let isOver = false;
    const rebuilding = rebuilt(pool).finally(() => {
      isOver = true;
    });
    const stretches: LagResult[] = [];
    while (!isOver) stretches.push(await book());
    const sorted = (of: (result: LagResult) => Float64Array) =>
      Float64Array.from(stretches.flatMap((result) => [...of(result)])).sort();
    const [lags, answers] = [sorted(({ lags }) => lags), sorted(({ latencies }) => latencies)];
    return {
      ...(await rebuilding),
      bookings: lags.length,
      'visible after p50 ms': percentile(lags, 0.5),
      'visible after p99 ms': percentile(lags, 0.99),
      'visible after at most ms': percentile(lags, 1),
      'answer p50 ms': percentile(answers, 0.5),
      'answer p99 ms': percentile(answers, 0.99),
    };
  };
}
