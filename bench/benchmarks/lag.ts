import { ChildProgram } from '@yoyaku/embedded';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures, type Table } from '../harness/compare';
import { latencyFigures } from '../harness/statistics';
import type { LagPlan, LagResult } from '../load/lag-process';
import { expectStatuses } from '../load/load-generator';
import { programPath } from '../load/program-path';
import { BUILDS, startProduct } from '../stack/product';
import { bookingRequests, distinctPlaces, openSalon, registerUsers, take } from '../stack/salon';

const RATES = [200, 500];
const SECONDS = 8;
const PLAN = { staff: 50, services: [{ durationMinutes: 30, staff: 50 }] };
const visibleSql = `select id from read.bookings where kind = 'booking' and id = any($1::uuid[])`;

/** From the answer of POST /bookings to the booking's row being visible, at fixed rates. */
export const lag: Benchmark = async (resources) => {
  const measured: { name: string; at: (rate: number) => Promise<Figures> }[] = [];
  for (const build of BUILDS) {
    const product = await startProduct(resources, { build });
    const { origin, databaseUrl } = product;
    const program = resources.use(new ChildProgram<LagPlan, LagResult>(programPath('lag-process')));
    const salon = await openSalon(product, PLAN);
    const tokens = await registerUsers(product, 16);
    const places = distinctPlaces(salon.services[0]!);
    const at = async (rate: number) => {
      const requests = bookingRequests(salon, take(places, rate * SECONDS), tokens);
      const result = await program.run({ origin, connections: 64, requests, rate, databaseUrl, visibleSql });
      expectStatuses(result, 201);
      const visible = latencyFigures(result.lags);
      const answer = latencyFigures(result.latencies);
      return {
        'visible after p50 ms': visible.p50,
        'visible after p99 ms': visible.p99,
        'answer p50 ms': answer.p50,
        'answer p99 ms': answer.p99,
        'commands/s': requests.length / result.seconds,
      };
    };
    measured.push({ name: build.name, at });
  }

  const tables: Table[] = [];
  for (const rate of RATES) {
    const sides = measured.map(({ name, at }) => ({ name, run: () => at(rate) }));
    tables.push(await compare(`lag, ${rate} commands/s`, sides));
  }
  return tables;
};
