import { reactionContext } from '@yoyaku/eventing';
import { type Instant, now, sleep, type Uuid } from '@yoyaku/kernel';
import { isTransient } from '@yoyaku/postgres';
import { inSpan, SpanKind } from '@yoyaku/tracing';
import type { Pool } from 'pg';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { JobHandler } from '../job-handler';
import { type JobBody, type PlannedJob, plannedJob } from '../planned-jobs';
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

interface Done {
  readonly result: JobResult;
  readonly next: readonly PlannedJob[];
}

/** Does the jobs that are due. Any number of processes may do so: each job is given to one of them at a time. */
export class JobWorkers {
  private readonly boss: PgBoss;
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  /** Kinds whose queues were there when somebody asked. */
  private readonly made = new Set<string>();
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
        this.runAll(handler, jobs),
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

  /** What follows from all of them is planned at once, before they count as done. */
  private async runAll(handler: JobHandler, jobs: readonly JobWithMetadata<JobBody>[]): Promise<JobResult[]> {
    const done = await Promise.all(jobs.map((job) => this.run(handler, job)));
    try {
      await this.plan(done.flatMap(({ next }) => next));
      return done.map(({ result }) => result);
    } catch (err) {
      this.made.clear();
      this.options.log.warn({ err, kind: handler.kind.name }, 'what follows from jobs could not be planned');
      return done.map(({ result, next }) =>
        next.length === 0 ? result : { id: result.id, status: 'failed', output: outputOf(err) },
      );
    }
  }

  private async run(handler: JobHandler, job: JobWithMetadata<JobBody>): Promise<Done> {
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
      const jobs = (await inSpan(about, () => inTime(job, (signal) => handler.run(this.due(job, signal))))) ?? [];
      const next = jobs.map((each, number) => plannedJob(each, handler.kind.name, cause, body.id, number));
      return { result: { id, status: 'completed' }, next };
    } catch (err) {
      const facts = {
        err,
        kind: handler.kind.name,
        job: id,
        tries: retryCount + 1,
        correlationId: cause.correlationId,
      };
      this.options.log.warn(facts, isTransient(err) ? 'a job waits for PostgreSQL' : 'a job failed');
      return { result: { id, status: 'failed', output: outputOf(err) }, next: [] };
    }
  }

  private due({ data: body, startAfter }: JobWithMetadata<JobBody>, signal: AbortSignal) {
    const { by, data, cause } = body;
    const at = startAfter.toISOString() as Instant;
    const present = now();
    const moment = at > present ? at : present;
    const { id: event, position, correlationId } = cause;
    const origin = { id: event, position: BigInt(position), correlationId };
    const context = { ...reactionContext(by, origin, moment), commandId: body.id };
    return { data, cause, now: moment, context, signal };
  }

  private async plan(jobs: readonly PlannedJob[]): Promise<void> {
    for (const [kind, its] of Map.groupBy(jobs, ({ kind }) => kind)) {
      if (!this.made.has(kind)) await makeQueue(this.boss, kind);
      this.made.add(kind);
      await this.boss.insert(kind, its.map(inserted));
    }
  }
}

class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Milliseconds, of each second until pg-boss gives the job to somebody else. */
const OWN_SHARE = 900;

/**
 * Gives up a job that takes too long, whatever its handler does, before pg-boss does: that one takes no more jobs of the
 * kind until all that it has handed out have ended, and fails those with it that were done.
 */
async function inTime<T>(job: JobWithMetadata<JobBody>, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const error = new TookTooLong();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(error);
      late.abort(error);
    }, job.expireInSeconds * OWN_SHARE);
  });
  try {
    return await Promise.race([run(AbortSignal.any([job.signal, late.signal])), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is kept of an error: its text may name people. */
function outputOf(err: unknown): never {
  const { name, code } = err as { name?: string; code?: unknown };
  return { name, code } as never;
}
