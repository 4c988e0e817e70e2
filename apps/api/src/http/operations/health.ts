import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Config } from '@yoyaku/composition';
import { EventStoreDb, type PostgresSubjectKeys, SUBJECT_KEYS } from '@yoyaku/eventing';
import { now } from '@yoyaku/kernel';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { Pool } from 'pg';
import { InjectConfig } from '../../config';
import { Check, check, comingEvents, type Look, masterKey, nats, readModels, writes } from './checks';

export class Health {
  @ApiProperty({
    enum: ['ok', 'degraded', 'unavailable'],
    description:
      'Degraded: all else is served, but some read model stands still, events take the slower way, or a master key is not given. Unavailable: something is away that requests need; the event store may be up, and `writes` down',
  })
  status: 'ok' | 'degraded' | 'unavailable';

  @ApiProperty({ type: [String], description: 'Those of the checks that are down' })
  missing: string[];

  @ApiProperty({ description: 'Seconds since the process started' })
  uptime: number;

  @ApiProperty({ format: 'date-time' })
  timestamp: string;

  @ApiProperty({ enum: ['production', 'development', 'test'] })
  environment: string;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/Check' } })
  checks: Record<string, Check>;
}

/** However many ask, the dependencies are asked this often at most. */
const FRESH_MS = 500;

/**
 * Whether this process can do its work, and which of the things it depends on answer. Terminus would not make this
 * shorter: what it says of an indicator that is down is the error's message, which may name hosts and users, and nothing
 * beside it; and it logs an error each time somebody asks while a thing is down.
 */
@Injectable()
export class HealthChecks {
  private known: { health: Promise<Health>; at: number } | undefined;
  private readonly required: Readonly<Record<string, Look>>;
  private readonly helpful: Readonly<Record<string, Look>>;

  constructor(
    @InjectConfig() private readonly config: Config,
    pool: Pool,
    eventStore: EventStoreDb,
    projections: ProjectionAdmin,
    @Inject(SUBJECT_KEYS) keys: Pick<PostgresSubjectKeys, 'lacksMasterKey'>,
  ) {
    this.required = {
      postgres: () => pool.query('select 1').then(() => ({})),
      eventStore: () => eventStore.ping().then(() => ({})),
      writes: writes(eventStore),
    };
    this.helpful = {
      masterKey: masterKey(keys),
      projections: readModels(projections),
      events: comingEvents(projections, config.natsUrl !== ''),
      ...(config.natsUrl && { nats: nats(config.natsUrl) }),
    };
  }

  health(): Promise<Health> {
    const at = performance.now();
    if (!this.known || at - this.known.at > FRESH_MS) this.known = { health: this.look(), at };
    return this.known.health;
  }

  private async look(): Promise<Health> {
    const looks = Object.entries({ ...this.required, ...this.helpful });
    const checks = await Promise.all(looks.map(async ([name, look]) => [name, await check(look)] as const));
    const missing = checks.flatMap(([name, { status }]) => (status === 'down' ? name : []));
    const unavailable = missing.some((name) => name in this.required);
    return {
      status: unavailable ? 'unavailable' : missing.length > 0 ? 'degraded' : 'ok',
      missing,
      uptime: Math.floor(process.uptime()),
      timestamp: now(),
      environment: this.config.environment,
      checks: Object.fromEntries(checks),
    };
  }
}
