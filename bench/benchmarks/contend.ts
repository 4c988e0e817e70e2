import { atLocal, localDate, now, plusDays, plusMs } from '@yoyaku/kernel';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Side } from '../harness/compare';
import { latencyFigures } from '../harness/statistics';
import { countStatuses, expectStatuses, LoadGenerator } from '../load/load-generator';
import { copySalon, startBaseline } from '../stack/baseline';
import { BUILDS, startProduct } from '../stack/product';
import {
  bookingRequests,
  openSalon,
  type Place,
  registerUsers,
  type Salon,
  SLOT_INTERVAL,
  TIME_ZONE,
} from '../stack/salon';
import { startPostgres } from '../stack/servers';

const REQUESTS = 1_000;
const USERS = 16;
const DURATIONS = [30, 60, 90, 120, 150, 180, 240];
const PLAN = { staff: 1, services: DURATIONS.map((durationMinutes) => ({ durationMinutes, staff: 1 })) };

/** Requests at once, over as many connections, for unequal intervals of one person that all hold one moment. */
export const contend: Benchmark = async (resources) => {
  const postgres = await startPostgres(resources);
  const load = resources.use(new LoadGenerator());
  const side = (name: string, origin: string, salon: Salon, tokens: readonly string[]): Side => {
    let day = 0;
    const run = async (): Promise<Figures> => {
      day += 1;
      const requests = bookingRequests(salon, overlappingPlaces(salon, day), tokens);
      const result = await load.run({ origin, connections: REQUESTS, requests });
      expectStatuses(result, 201, 409);
      const winners = countStatuses(result.statuses)[201] ?? 0;
      if (winners !== 1) throw new Error(`${name}: ${winners} requests got the same time`);
      const { p50, p99 } = latencyFigures(result.latencies);
      return { 'settled ms': result.seconds * 1_000, 'p50 ms': p50, 'p99 ms': p99, winners };
    };
    return { name, run };
  };
  const sides: Side[] = [];
  const salons: Salon[] = [];
  for (const build of BUILDS) {
    const product = await startProduct(resources, { postgres, build });
    const salon = await openSalon(product, PLAN);
    sides.push(side(build.name, product.origin, salon, await registerUsers(product, USERS)));
    salons.push(salon);
  }
  const baseline = await startBaseline(resources, postgres);
  const salon = salons[0]!;
  await copySalon(baseline, salon);
  sides.push(side('ordinary CRUD', baseline.origin, salon, baseline.tokens(USERS)));
  return [await compare(`contend, ${REQUESTS} requests at once`, sides, { warmUps: 2, rounds: 7 })];
};

function overlappingPlaces({ services, resourceIds }: Salon, day: number): Place[] {
  const moment = atLocal(plusDays(localDate(now(), TIME_ZONE), day), '13:30', TIME_ZONE);
  const starts = services.flatMap(({ id, durationMinutes }) =>
    Array.from({ length: durationMinutes / SLOT_INTERVAL }, (_, steps) => ({
      serviceId: id,
      resourceId: resourceIds[0] as string,
      start: plusMs(moment, -steps * SLOT_INTERVAL * 60_000),
    })),
  );
  return Array.from({ length: REQUESTS }, (_, i) => starts[i % starts.length] as Place);
}
