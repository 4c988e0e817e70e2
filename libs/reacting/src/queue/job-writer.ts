import { DAY, epochMs, now } from '@yoyaku/kernel';
import { Away, type Statement, sqlStateOf } from '@yoyaku/postgres';
import type { AnyProjection, Outlet } from '@yoyaku/projecting';
import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { PlannedJob } from '../planned-jobs';
import { inserted, makeQueue, newBoss, SCHEMA } from './boss';
import { planAgain } from './plan-again';

/** SQLSTATEs of a schema, table, column, function or queue that is not there. */
const MISSING: ReadonlySet<string | undefined> = new Set(['3F000', '42P01', '42703', '42883', '23503']);

/** Writes planned jobs into pg-boss's tables, within the engine's transactions. */
export class JobWriter implements Outlet {
  /** pg-boss's own statement for each kind of job; its parameter is a JSON array of jobs. */
  private readonly inserts = new Map<string, Promise<string>>();

  constructor(
    private readonly databaseUrl: string,
    private readonly pool: Pool,
    private readonly projections: readonly AnyProjection[],
  ) {}

  /** Makes the tables of jobs, unless they are there; jobs that were lost with them are planned again. */
  start(): Promise<void> {
    return this.withBoss(async () => {});
  }

  async statementsFor(rows: readonly object[]): Promise<readonly Statement[]> {
    const planned = (rows as readonly PlannedJob[]).filter(isOfUse);
    const kinds = [...Map.groupBy(planned, ({ kind }) => kind)];
    return Promise.all(
      kinds.map(async ([kind, jobs]) => ({
        name: `plan ${kind}`,
        text: await this.insertOf(kind),
        values: [JSON.stringify(jobs.map(inserted))],
      })),
    );
  }

  async reachedBy(reaction: string): Promise<bigint | undefined> {
    const { rows: found } = await this.pool.query(`select to_regclass('${SCHEMA}.job') is not null as exists`);
    if (!found[0].exists) return undefined;
    const { rows } = await this.pool.query<{ position: string | null }>(
      `select max((data->'cause'->>'position')::bigint)::text as position from ${SCHEMA}.job where data->>'by' = $1`,
      [reaction],
    );
    return rows[0]?.position ? BigInt(rows[0].position) : undefined;
  }

  async mend(error: unknown): Promise<boolean> {
    if (!MISSING.has(sqlStateOf(error))) return false;
    this.inserts.clear();
    return true;
  }

  private insertOf(kind: string): Promise<string> {
    const found = this.inserts.get(kind) ?? this.prepare(kind);
    this.inserts.set(kind, found);
    found.catch(() => this.inserts.delete(kind));
    return found;
  }

  /** Makes what is missing for that kind of jobs, and asks pg-boss for its statement by letting it insert nothing. */
  private prepare(kind: string): Promise<string> {
    return this.withBoss(async (boss) => {
      await makeQueue(boss, kind);
      let insert = '';
      const executeSql = async (text: string) => {
        insert = text;
        return { rows: [] };
      };
      await boss.insert(kind, [], { db: { executeSql } });
      return insert;
    }).catch((cause) => {
      throw new Away(`The queue ${kind} cannot be made`, { cause });
    });
  }

  private async withBoss<Result>(use: (boss: PgBoss) => Promise<Result>): Promise<Result> {
    const boss = newBoss(this.databaseUrl, { supervise: false, max: 1 }, () => {});
    try {
      await boss.start();
      await planAgain(this.pool, this.projections);
      return await use(boss);
    } finally {
      await boss.stop({ graceful: false }).catch(() => {});
    }
  }
}

/** Clocks may differ; what has been of no use to anybody for a day need not be planned. */
const isOfUse = ({ until }: PlannedJob): boolean => until === null || epochMs(until) > epochMs(now()) - DAY;
