import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures } from '../harness/compare';
import { cpuMeter } from '../harness/cpu';
import { latencyFigures } from '../harness/statistics';
import type { HttpRequest } from '../load/http-load';
import { expectStatuses, LoadGenerator } from '../load/load-generator';
import { copySalon, startBaseline } from '../stack/baseline';
import { startProduct } from '../stack/product';
import { bookingRequests, distinctPlaces, openSalon, registerUsers, take, untilLevel } from '../stack/salon';
import { startPostgres } from '../stack/servers';

const CONNECTIONS = 64;
const USERS = 16;
const BOOKINGS = 4_000;
const PLAN = { staff: 50, services: [{ durationMinutes: 30, staff: 50 }] };

/** POST /bookings over 64 connections, each for a place of its own, over 50 people. */
export const book: Benchmark = async (resources) => {
  const postgres = await startPostgres(resources);
  const product = await startProduct(resources, { postgres });
  const baseline = await startBaseline(resources, postgres);
  const load = resources.use(new LoadGenerator());
  const salon = await openSalon(product, PLAN);
  await copySalon(baseline, salon);
  const tokens = { product: await registerUsers(product.api, USERS), baseline: baseline.tokens(USERS) };
  const places = { product: distinctPlaces(salon.services[0]!), baseline: distinctPlaces(salon.services[0]!) };

  const measure = async (
    origin: string,
    pid: number | undefined,
    requests: readonly HttpRequest[],
    untilDone: () => Promise<void> = async () => {},
  ): Promise<Figures> => {
    const cpu = cpuMeter({ servers: [pid, postgres.process.pid] });
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
  const sides = [
    {
      name: 'product',
      // What is done after the answers, until the read models are level, belongs to the bookings too.
      run: () =>
        measure(
          product.origin,
          product.server.process.pid,
          bookingRequests(salon, take(places.product, BOOKINGS), tokens.product),
          () => untilLevel(product, salon, tokens.product[0]!, places.product.next().value),
        ),
    },
    {
      name: 'ordinary CRUD',
      run: () =>
        measure(
          baseline.origin,
          baseline.server.process.pid,
          bookingRequests(salon, take(places.baseline, BOOKINGS), tokens.baseline),
        ),
    },
  ];
  return [await compare(`book, ${CONNECTIONS} connections`, sides, { warmUps: 2 })];
};
