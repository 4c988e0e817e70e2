import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Side } from '../harness/compare';
import { cpuMeter } from '../harness/cpu';
import { latencyFigures } from '../harness/statistics';
import type { HttpRequest } from '../load/http-load';
import { expectStatuses, LoadGenerator } from '../load/load-generator';
import { copySalon, startBaseline } from '../stack/baseline';
import { BUILDS, type Product, startProduct } from '../stack/product';
import {
  bookingRequests,
  distinctPlaces,
  openSalon,
  registerUsers,
  type Salon,
  take,
  untilLevel,
} from '../stack/salon';
import { startPostgres } from '../stack/servers';

const CONNECTIONS = 64;
const USERS = 16;
const BOOKINGS = 4_000;
const PLAN = { staff: 50, services: [{ durationMinutes: 30, staff: 50 }] };

/** POST /bookings over 64 connections, each for a place of its own, over 50 people. */
export const book: Benchmark = async (resources) => {
  const postgres = await startPostgres(resources);
  const load = resources.use(new LoadGenerator());
  const measure = async (
    { origin, server: { process: program } }: Pick<Product, 'origin' | 'server'>,
    requests: readonly HttpRequest[],
    untilDone: () => Promise<void> = async () => {},
  ): Promise<Figures> => {
    const cpu = cpuMeter({ servers: [program.pid, postgres.process.pid] });
    const result = await load.run({ origin, connections: CONNECTIONS, requests });
    expectStatuses(result, 201);
    await untilDone();
    const { p50, p99 } = latencyFigures(result.latencies);
    return {
      'bookings/s': requests.length / result.seconds,
      'p50 ms': p50,
      'p99 ms': p99,
      ...cpu.perOperation(requests.length),
    };
  };

  const sides: Side[] = [];
  const salons: Salon[] = [];
  for (const build of BUILDS) {
    const product = await startProduct(resources, { postgres, build });
    const salon = await openSalon(product, PLAN);
    const tokens = await registerUsers(product, USERS);
    const places = distinctPlaces(salon.services[0]!);
    // What is done after the answers, until the read models are level, belongs to the bookings too.
    const untilDone = () => untilLevel(product, salon, tokens[0]!, places.next().value);
    const run = () => measure(product, bookingRequests(salon, take(places, BOOKINGS), tokens), untilDone);
    sides.push({ name: build.name, run });
    salons.push(salon);
  }
  const baseline = await startBaseline(resources, postgres);
  const salon = salons[0]!;
  await copySalon(baseline, salon);
  const tokens = baseline.tokens(USERS);
  const places = distinctPlaces(salon.services[0]!);
  sides.push({
    name: 'ordinary CRUD',
    run: () => measure(baseline, bookingRequests(salon, take(places, BOOKINGS), tokens)),
  });
  return [await compare(`book, ${CONNECTIONS} connections`, sides, { warmUps: 2 })];
};
