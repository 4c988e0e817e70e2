import { randomUUID } from 'node:crypto';
import { localDate, now, plusDays } from '@yoyaku/kernel';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Side, type Table } from '../harness/compare';
import { latencyFigures } from '../harness/statistics';
import type { HttpRequest } from '../load/http-load';
import { expectStatuses, LoadGenerator } from '../load/load-generator';
import { type Baseline, copySalon, startBaseline } from '../stack/baseline';
import { startProduct } from '../stack/product';
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
const READERS = 4;
const WRITES_PER_SECOND = 50;
const SECONDS = 5;
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
  const product = await startProduct(resources, postgres);
  const baseline = await startBaseline(resources, postgres);
  const reading = resources.use(new LoadGenerator());
  const writing = resources.use(new LoadGenerator());
  const salon = await openSalon(product, PLAN);
  await copySalon(baseline, salon);
  const [asked, booked] = salon.services as [Service, Service];
  const taken = somePlaces(booked, (share) => share < 6);
  const left = {
    product: somePlaces(booked, (share) => share >= 6),
    baseline: somePlaces(booked, (share) => share >= 6),
  };

  const side = (
    name: string,
    origin: string,
    tokens: readonly string[],
    free: Generator<Place, never>,
    pace: number,
  ): Side => {
    let months = monthRequests(salon, asked, pace);
    return {
      name,
      run: async () => {
        const writes = bookingRequests(salon, take(free, WRITES_PER_SECOND * SECONDS), tokens);
        const written = writing.run({ origin, connections: 16, requests: writes, rate: WRITES_PER_SECOND });
        const read = await reading.run({ origin, connections: READERS, requests: months });
        expectStatuses(read, 200);
        expectStatuses(await written, 201);
        const rate = months.length / read.seconds;
        const size = read.bytes / months.length / 1_024;
        months = monthRequests(salon, asked, rate);
        return { 'requests/s': rate, ...figuresOf(read.latencies), 'KiB/answer': size };
      },
    };
  };

  const tables: Table[] = [];
  let size = 0;
  for (const target of SIZES) {
    const [user, ...others] = await registerUsers(product.api, 8);
    const tokens = [user as string, ...others];
    const places = take(taken, target - size);
    size = target;
    const seeded = await writing.run({
      origin: product.origin,
      connections: 64,
      requests: bookingRequests(salon, places, tokens),
    });
    expectStatuses(seeded, 201);
    await untilLevel(product, salon, user as string, left.product.next().value);
    await seedBaseline(baseline, salon, places);
    const sides = [
      side('product', product.origin, tokens, left.product, 100),
      side('SQL per day', baseline.origin, baseline.tokens(8), left.baseline, 10),
    ];
    tables.push(await compare(`slots, ${target.toLocaleString('en-US')} bookings`, sides, { warmUps: 2 }));
  }
  return tables;
};

function figuresOf(latencies: Float64Array): Figures {
  const { p50, p99 } = latencyFigures(latencies);
  return { 'p50 ms': p50, 'p99 ms': p99 };
}

/** Requests for as long as the writes go on, at the pace seen so far. */
function monthRequests({ businessId }: Salon, { id }: Service, perSecond: number): HttpRequest[] {
  const tomorrow = plusDays(localDate(now(), TIME_ZONE), 1);
  return Array.from({ length: Math.ceil(perSecond * SECONDS) }, (_, i) => {
    const from = plusDays(tomorrow, i % MONTHS);
    const to = plusDays(from, MONTH_DAYS - 1);
    const query = new URLSearchParams({ businessId, serviceId: id, from, to });
    return { method: 'GET', path: `/api/v1/availability?${query}`, headers: {} };
  });
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
