import { connect } from 'node:net';
import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Config } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { now } from '@yoyaku/kernel';
import { isReadModelMissing, ProjectionAdmin } from '@yoyaku/projecting';
import { Pool } from 'pg';
import { InjectConfig } from '../../config';

export class Check {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';

  @ApiProperty({ description: 'How long the answer took, in milliseconds' })
  ms: number;

  @ApiProperty({ required: false, description: 'What is wrong, where more is known than that nothing answers' })
  reason?: string;
}

export class Health {
  @ApiProperty({ enum: ['ok', 'degraded', 'unavailable'], description: 'Degraded: slower, but everything works' })
  status: 'ok' | 'degraded' | 'unavailable';

  @ApiProperty({ description: 'Seconds since the process started' })
  uptime: number;

  @ApiProperty({ format: 'date-time' })
  timestamp: string;

  @ApiProperty({ enum: ['production', 'development', 'test'] })
  environment: string;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/Check' } })
  checks: Record<string, Check>;
}

const PATIENCE_MS = 2_000;
/** However many ask, the dependencies are asked this often at most. */
const FRESH_MS = 500;

/** Whether this process can do its work, and which of the things it depends on answer. */
@Injectable()
export class HealthChecks {
  private known: { health: Promise<Health>; at: number } | undefined;
  private readonly required: Readonly<Record<string, () => Promise<unknown>>>;
  private readonly helpful: Readonly<Record<string, () => Promise<unknown>>>;

  constructor(
    @InjectConfig() private readonly config: Config,
    pool: Pool,
    eventStore: EventStoreDb,
    projections: ProjectionAdmin,
  ) {
    this.required = { postgres: () => pool.query('select 1'), eventStore: () => eventStore.ping() };
    this.helpful = {
      projections: () => ensureLive(projections),
      ...(config.natsUrl && { nats: () => greeting(config.natsUrl) }),
    };
  }

  health(): Promise<Health> {
    const at = performance.now();
    if (!this.known || at - this.known.at > FRESH_MS) this.known = { health: this.look(), at };
    return this.known.health;
  }

  private async look(): Promise<Health> {
    const [required, helpful] = await Promise.all([checkAll(this.required), checkAll(this.helpful)]);
    const status = allUp(required) ? (allUp(helpful) ? 'ok' : 'degraded') : 'unavailable';
    return {
      status,
      uptime: Math.floor(process.uptime()),
      timestamp: now(),
      environment: this.config.environment,
      checks: { ...required, ...helpful },
    };
  }
}

async function checkAll(checks: Readonly<Record<string, () => Promise<unknown>>>): Promise<Record<string, Check>> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const started = performance.now();
      const found = await answers(check);
      return [name, { ...found, ms: Math.round(performance.now() - started) }] as const;
    }),
  );
  return Object.fromEntries(results);
}

async function answers(check: () => Promise<unknown>): Promise<Pick<Check, 'status' | 'reason'>> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise((_, reject) => patience.addEventListener('abort', reject));
  return Promise.race([check(), tooLate]).then(
    () => ({ status: 'up' }),
    (error) => ({ status: 'down', ...(error instanceof Unfit && { reason: error.message }) }),
  );
}

/** It answers, but not as it should. */
class Unfit extends Error {}

async function ensureLive(admin: ProjectionAdmin): Promise<void> {
  const [all, missing] = await Promise.all([admin.list(), admin.missing()]).catch((error) => {
    throw isReadModelMissing(error) ? new Unfit('missing') : error;
  });
  if (all.length === 0) throw new Unfit('missing');
  if (missing.length > 0) throw new Unfit(`missing: ${missing.join(', ')}`);
  const failed = all.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new Unfit(`failed: ${failed.join(', ')}`);
}

const allUp = (checks: Record<string, Check>): boolean => Object.values(checks).every(({ status }) => status === 'up');

/** The line with which a NATS server greets whoever connects. */
function greeting(url: string): Promise<void> {
  const { hostname, port } = new URL(url.split(',')[0] as string);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 4222), timeout: PATIENCE_MS });
    socket.once('data', () => resolve());
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error('timeout')));
    socket.once('close', () => reject(new Error('closed')));
    socket.once('data', () => socket.destroy());
  });
}
