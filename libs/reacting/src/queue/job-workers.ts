import { reactionContext } from '@yoyaku/eventing';
import { type Instant, now, sleep, type Uuid } from '@yoyaku/kernel';
import { isTransient } from '@yoyaku/postgres';
import { inSpan, SpanKind } from '@yoyaku/tracing';
import type { Pool } from 'pg';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { Job } from '../job';
import type { JobHandler } from '../job-handler';
import { type Cause, type JobBody, plannedJob } from '../planned-jobs';
import { inserted, makeQueue, newBoss, SCHEMA } from './boss';

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface JobWorkersOptions {
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly handlers: readonly JobHandler[];
  readonly log: Log;
  /** How often it is looked for jobs whose time has come, in milliseconds. */
  readonly everyMs?: number;
  /** How often it is looked for jobs of processes that died or hang, in seconds. */
  readonly superviseSeconds?: number;
}

const AT_ONCE = 8;
/** Seconds. pg-boss itself asks for jobs this seldom, because it is told of new ones, and of those that become due. */
const BACKSTOP = 60;
/** Milliseconds within which jobs in progress end when the process is stopped. */
const DRAIN = 5_000;

/** Does the jobs that are due. Any number of processes may do so: each job is given to one of them at a time. */
export class JobWorkers {
  private readonly boss: PgBoss;
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  /** pg-boss's worker for each kind. */
  private readonly workers = new Map<string, string>();

  constructor(private readonly options: JobWorkersOptions) {
    const { databaseUrl, superviseSeconds = 10 } = options;
    const supervised = {
      supervise: true,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
      // Jobs here do not wait for one another, which pg-boss would look for every five seconds.
      flowIntervalSeconds: 3_600,
      max: 4,
    };
    this.boss = newBoss(databaseUrl, { ...supervised, useListenNotify: true }, (err) => {
      if (!this.stopping.signal.aborted) options.log.warn({ err }, 'jobs wait for PostgreSQL');
    });
  }

  async start(): Promise<void> {
    await this.boss.start();
    for (const handler of this.options.handlers) {
      const { name, options } = handler.kind;
      await makeQueue(this.boss, name);
      const batchSize = options.atOnce ?? AT_ONCE;
      const polling = { pollingIntervalSeconds: BACKSTOP, notifyPollingIntervalSeconds: BACKSTOP };
      const how = {
        ...polling,
        batchSize,
        burstWhenBatchFull: true,
        includeMetadata: true,
        perJobResults: true,
      } as const;
      const worker = await this.boss.work<JobBody, undefined, typeof how>(name, how, (jobs) =>
        Promise.all(jobs.map((job) => this.run(handler, job))),
      );
      this.workers.set(name, worker);
    }
    this.looking = this.keepLooking();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await this.boss.stop({ timeout: DRAIN });
  }

  /** pg-boss hears of jobs that are to be done at once; of those that were to wait, this tells it. */
  private async keepLooking(): Promise<void> {
    const { pool, log, everyMs = 2_000 } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const { rows } = await pool.query<{ kind: string }>(
          `select kind from unnest($1::text[]) as kind where exists (
             select from ${SCHEMA}.job j
             where j.name = kind and j.state < 'active' and not j.blocked and j.start_after <= now())`,
          [[...this.workers.keys()]],
        );
        for (const { kind } of rows) this.boss.notifyWorker(this.workers.get(kind) ?? '');
      } catch (err) {
        log.warn({ err }, 'jobs wait for PostgreSQL');
      }
      await sleep(everyMs, { signal });
    }
  }

  private async run(handler: JobHandler, job: JobWithMetadata<JobBody>): Promise<JobResult> {
    const { data: body, retryCount } = job;
    const id = job.id as Uuid;
    const { cause } = body;
    const about = () => ({
      name: `react ${body.by}`,
      kind: SpanKind.CONSUMER,
      traceparent: cause.traceparent,
      attributes: {
        'yoyaku.event.id': cause.id,
        'yoyaku.event.type': cause.type,
        'yoyaku.correlation.id': cause.correlationId,
      },
    });
    try {
      const next = await inSpan(about, () => handler.run(this.due(job)));
      await this.plan(next ?? [], handler.kind.name, cause, body.id);
      return { id, status: 'completed' };
    } catch (err) {
      const facts = {
        err,
        kind: handler.kind.name,
        job: id,
        tries: retryCount + 1,
        correlationId: cause.correlationId,
      };
      this.options.log.warn(facts, isTransient(err) ? 'a job waits for PostgreSQL' : 'a job failed');
      const { name, code } = err as { name?: string; code?: unknown };
      return { id, status: 'failed', output: { name, code } as never };
    }
  }

  private due({ data: body, startAfter, signal }: JobWithMetadata<JobBody>) {
    const { by, data, cause } = body;
    const at = startAfter.toISOString() as Instant;
    const present = now();
    const moment = at > present ? at : present;
    const { id: event, position, correlationId } = cause;
    const origin = { id: event, position: BigInt(position), correlationId };
    const context = { ...reactionContext(by, origin, moment), commandId: body.id };
    return { data, cause, now: moment, context, signal };
  }

  private async plan(jobs: readonly Job[], by: string, cause: Cause, from: Uuid): Promise<void> {
    for (const [number, job] of jobs.entries()) {
      await makeQueue(this.boss, job.kind);
      await this.boss.insert(job.kind, [inserted(plannedJob(job, by, cause, from, number))]);
    }
  }
}
