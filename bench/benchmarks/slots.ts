import { randomUUID } from 'node:crypto';
import { localDate, now, plusDays } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Side, type Table } from '../harness/compare';
import { latencyFigures } from '../harness/statistics';
import type { HttpRequest } from '../load/http-load';
import { expectStatuses, LoadGenerator } from '../load/load-generator';
import { type Baseline, copySalon, startBaseline } from '../stack/baseline';
import { BUILDS, type Product, startProduct } from '../stack/product';
import {
  bookingRequests,
  distinctPlaces,
  openSalon,
  type Place,
  registerUsers,
  type Salon,
  type Service,
  TIME_ZONE,
  take,
  untilLevel,
} from '../stack/salon';
import { startPostgres } from '../stack/servers';

const SIZES = [1_000, 100_000];
/** Other salons with as many bookings each, in the last table: whether an answer takes longer for what is not asked for. */
const OTHER_SALONS = 9;
const READERS = 4;
const WRITES_PER_SECOND = 50;
/** Requests a second that leave both sides idle in between, to see what one of them takes. */
const CALM_RATE = 20;
/** Of each of the two ways to ask. */
const SECONDS = 4;
const MONTH_DAYS = 31;
/** The months asked for begin on this many different days, so that no two requests in a row are the same. */
const MONTHS = 30;
const PLAN = {
  staff: 100,
  services: [
    { durationMinutes: 30, staff: 10 },
    { durationMinutes: 30, staff: 100 },
  ],
};

/** GET /availability for a month of one service by 10 of 100 people, while others book with all 100. */
export const slots: Benchmark = async (resources) => {
  const postgres = await startPostgres(resources);
  const installed: Installed[] = [];
  for (const build of BUILDS) {
    const product = await startProduct(resources, { postgres, build });
    installed.push({ name: build.name, product, ...placesOf(await openSalon(product, PLAN)) });
  }
  const [own] = installed as [Installed];
  const baseline = await startBaseline(resources, postgres);
  await copySalon(baseline, own.salon);
  const baselineFree = placesOf(own.salon).free;
  const reading = resources.use(new LoadGenerator());
  const writing = resources.use(new LoadGenerator());

  const side = (
    { name, salon, free }: Pick<Installed, 'name' | 'salon' | 'free'>,
    origin: string,
    tokens: readonly string[],
  ): Side => {
    let pace = CALM_RATE;
    const run = async (): Promise<Figures> => {
      const writes = bookingRequests(salon, take(free, WRITES_PER_SECOND * SECONDS * 2), tokens);
      const written = writing.run({ origin, connections: 16, requests: writes, rate: WRITES_PER_SECOND });
      const read = { origin, connections: READERS };
      const calm = await reading.run({
        ...read,
        requests: monthRequests(salon, CALM_RATE * SECONDS),
        rate: CALM_RATE,
      });
      const busy = await reading.run({ ...read, requests: monthRequests(salon, pace * SECONDS) });
      expectStatuses(calm, 200);
      expectStatuses(busy, 200);
      expectStatuses(await written, 201);
      pace = busy.latencies.length / busy.seconds;
      const [alone, together] = [latencyFigures(calm.latencies), latencyFigures(busy.latencies)];
      return {
        [`p50 ms at ${CALM_RATE}/s`]: alone.p50,
        [`p99 ms at ${CALM_RATE}/s`]: alone.p99,
        [`requests/s, ${READERS} readers`]: pace,
        [`p50 ms, ${READERS} readers`]: together.p50,
        [`p99 ms, ${READERS} readers`]: together.p99,
        'KiB/answer': calm.bytes / calm.latencies.length / 1_024,
      };
    };
    return { name, run };
  };

  const tables: Table[] = [];
  let builds: Side[] = [];
  let size = 0;
  for (const target of SIZES) {
    const sides: Side[] = [];
    for (const one of installed) {
      const { product, salon, taken, free } = one;
      const tokens = await registerUsers(product, 8);
      const places = take(taken, target - size);
      const requests = bookingRequests(salon, places, tokens);
      expectStatuses(await writing.run({ origin: product.origin, connections: 64, requests }), 201);
      await untilLevel(product, salon, tokens[0] as string, free.next().value);
      if (one === own) await seedBaseline(baseline, salon, [...places, baselineFree.next().value]);
      sides.push(side(one, product.origin, tokens));
    }
    size = target;
    await expectEqualAnswers(own.product.origin, baseline.origin, monthRequests(own.salon, MONTHS));
    builds = [...sides];
    const perDay = { name: 'SQL per day', salon: own.salon, free: baselineFree };
    sides.push(side(perDay, baseline.origin, baseline.tokens(8)));
    tables.push(await compare(`slots, ${target.toLocaleString('en-US')} bookings`, sides, { warmUps: 2 }));
  }
  for (const { product } of installed) await addOtherSalons(product);
  const bookings = size * (1 + OTHER_SALONS);
  const name = `slots, ${bookings.toLocaleString('en-US')} bookings, ${OTHER_SALONS} of ${1 + OTHER_SALONS} in other salons`;
  tables.push(await compare(name, builds, { warmUps: 2 }));
  return tables;
};

/** A build, its salon, and the places of it that are booked before, and while, it is asked. */
interface Installed {
  readonly name: string;
  readonly product: Product;
  readonly salon: Salon;
  readonly taken: Generator<Place, never>;
  readonly free: Generator<Place, never>;
}

function placesOf(salon: Salon): Pick<Installed, 'salon' | 'taken' | 'free'> {
  const [, booked] = salon.services as [Service, Service];
  return {
    salon,
    taken: somePlaces(booked, (share) => share < 6),
    free: somePlaces(booked, (share) => share >= 6),
  };
}

/** Rows of the read model alone, as copies with other people: commands for a million bookings would take an hour. */
async function addOtherSalons({ databaseUrl }: Product): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1 });
  const { rows } = await pool.query<{ table: string }>(
    `select oid::regclass::text as table from pg_class where relname = 'busy_days' and relkind in ('r', 'p')`,
  );
  for (const { table } of rows) {
    const copied = `jsonb_populate_record(row, jsonb_build_object('resource_id', md5(row.resource_id::text || salon)::uuid))`;
    await pool.query(
      `insert into ${table} select (copy).* from
         (select ${copied} as copy from ${table} row, generate_series(1, ${OTHER_SALONS}) salon) copies`,
    );
    await pool.query(`vacuum analyze ${table}`);
  }
  await pool.end();
}

/** For a month of the salon's first service. */
function monthRequests({ businessId, services }: Salon, count: number): HttpRequest[] {
  const [{ id }] = services as [Service, ...Service[]];
  const tomorrow = plusDays(localDate(now(), TIME_ZONE), 1);
  return Array.from({ length: Math.ceil(count) }, (_, i) => {
    const from = plusDays(tomorrow, i % MONTHS);
    const to = plusDays(from, MONTH_DAYS - 1);
    const query = new URLSearchParams({ businessId, serviceId: id, from, to });
    return { method: 'GET', path: `/api/v1/availability?${query}`, headers: {} };
  });
}

/** Figures of different answers are no comparison. */
async function expectEqualAnswers(one: string, other: string, requests: readonly HttpRequest[]): Promise<void> {
  const slotsAt = async (origin: string, path: string) => {
    const { slots } = (await (await fetch(`${origin}${path}`)).json()) as { slots: Slot[] };
    return slots.map(({ start, resourceIds }) => `${Date.parse(start)} ${resourceIds.toSorted()}`);
  };
  for (const { path } of requests) {
    const [found, expected] = await Promise.all([slotsAt(one, path), slotsAt(other, path)]);
    if (found.length === 0) throw new Error(`${path} finds nothing`);
    const at = expected.findIndex((slot, i) => slot !== found[i]);
    if (found.length !== expected.length || at >= 0)
      throw new Error(
        `The sides differ at ${path}: ${found[at]}, ${expected[at]} (${found.length}, ${expected.length})`,
      );
  }
}

interface Slot {
  readonly start: string;
  readonly resourceIds: readonly string[];
}

/** The places whose share, spread evenly from 0 to 9, is wanted. */
function* somePlaces(service: Service, wanted: (share: number) => boolean): Generator<Place, never> {
  const places = distinctPlaces(service);
  for (let i = 0; ; i++) {
    const place = places.next().value;
    if (wanted((i * 7 + Math.floor(i / 10) * 3) % 10)) yield place;
  }
}

async function seedBaseline({ database }: Baseline, salon: Salon, places: readonly Place[]): Promise<void> {
  const customerId = randomUUID();
  await database.query(
    `insert into booking (id, business_id, service_id, resource_id, customer_id, starts_at, ends_at, status, amount, currency, party_size)
     select gen_random_uuid(), $1, $2, resource_id, $3, starts_at, starts_at + interval '30 minutes', 'confirmed', 5000, 'JPY', 1
       from unnest($4::uuid[], $5::timestamptz[]) as place (resource_id, starts_at)`,
    [salon.businessId, places[0]?.serviceId, customerId, places.map((p) => p.resourceId), places.map((p) => p.start)],
  );
  await database.query('vacuum analyze');
}
