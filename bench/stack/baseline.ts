import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { JwtService } from '@nestjs/jwt';
import { ensureDatabase, freePort, launch, NODE_OPTIONS, type Resources, type RunningServer } from '@yoyaku/embedded';
import type { Pool } from 'pg';
import { CLOSES, OPENS, type Salon, SLOT_INTERVAL, TIME_ZONE, WINDOW_DAYS } from './salon';
import { openPool } from './servers';

export interface Baseline {
  readonly origin: string;
  readonly server: RunningServer;
  readonly database: Pool;
  /** Bearer tokens of so many users. */
  tokens(count: number): string[];
}

const entry = resolve(__dirname, '..', 'baseline-crud', 'main.js');
const secret = 'a secret for benchmarks, 32 bytes';
/** Connections of the pool; `BASELINE_POOL_SIZE` tries another number. */
const POOL_SIZE = 16;

/** The ordinary way (see its README), over a PostgreSQL that is there. */
export async function startBaseline(resources: Resources, postgres: RunningServer): Promise<Baseline> {
  const databaseUrl = await ensureDatabase(postgres.url, 'baseline');
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: 'baseline-crud',
    command: process.execPath,
    args: [...NODE_OPTIONS, entry],
    env: {
      DATABASE_URL: databaseUrl,
      PORT: `${port}`,
      JWT_SECRET: secret,
      POOL_SIZE: process.env.BASELINE_POOL_SIZE ?? `${POOL_SIZE}`,
    },
    stopSignal: 'SIGTERM',
    url: origin,
    answers: async () => (await fetch(`${origin}/health/live`)).ok,
  });
  resources.use(server);
  const signer = new JwtService({ secret, signOptions: { expiresIn: '1h' } });
  return {
    origin,
    server,
    database: openPool(resources, databaseUrl, 4),
    tokens: (count) => Array.from({ length: count }, () => signer.sign({ sub: randomUUID() })),
  };
}

/** Writes the same salon, with the same ids, into the baseline's tables. */
export async function copySalon({ database }: Baseline, { businessId, resourceIds, services }: Salon): Promise<void> {
  await database.query(
    `insert into business (id, status, time_zone, slot_interval_minutes, min_notice_minutes, booking_window_days)
     values ($1, 'approved', $2, $3, 0, $4)`,
    [businessId, TIME_ZONE, SLOT_INTERVAL, WINDOW_DAYS],
  );
  await database.query(
    `insert into opening_hours (business_id, day, opens, closes)
     select $1, day, make_time($2, 0, 0), make_time($3, 0, 0) from generate_series(1, 7) as day`,
    [businessId, OPENS, CLOSES],
  );
  await database.query('insert into resource (id, business_id) select unnest($2::uuid[]), $1', [
    businessId,
    resourceIds,
  ]);
  await database.query(
    `insert into working_hours (resource_id, day, starts, ends)
     select id, day, make_time($2, 0, 0), make_time($3, 0, 0)
       from unnest($1::uuid[]) as id, generate_series(1, 7) as day`,
    [resourceIds, OPENS, CLOSES],
  );
  for (const service of services) {
    await database.query(
      `insert into service (id, business_id, duration_minutes, capacity, amount, currency)
       values ($1, $2, $3, 1, 5000, 'JPY')`,
      [service.id, businessId, service.durationMinutes],
    );
    await database.query('insert into service_resource (service_id, resource_id) select $1, unnest($2::uuid[])', [
      service.id,
      service.resourceIds,
    ]);
  }
}
