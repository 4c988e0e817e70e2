import type { Instant } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import { FAILED, newBoss, SCHEMA } from './boss';

/** How it stands with the jobs of a kind. */
export interface JobKindStatus {
  readonly kind: string;
  /** Planned for later. */
  readonly planned: number;
  /** Due, or to be tried again soon, and not begun. */
  readonly due: number;
  readonly active: number;
  /** Tried in vain and set aside, until somebody has them tried again. */
  readonly failed: number;
  /** Since when the first of those due has waited. */
  readonly waitingSince: Instant | null;
}

/** What an operator sees of jobs, and can do about them. */
export class JobAdmin {
  constructor(
    private readonly databaseUrl: string,
    private readonly pool: Pool,
  ) {}

  /** Every kind of which there were jobs. */
  async list(): Promise<JobKindStatus[]> {
    const { rows: tables } = await this.pool.query(`select to_regclass('${SCHEMA}.job') is not null as made`);
    if (!tables[0].made) return [];
    const { rows } = await this.pool.query<JobKindStatus>(
      `select q.name as kind,
         (count(*) filter (where j.state = 'created' and j.start_after > now()))::integer as planned,
         (count(*) filter (where j.state = 'retry' or j.state = 'created' and j.start_after <= now()))::integer as due,
         (count(*) filter (where j.state = 'active'))::integer as active,
         (select count(*) from ${SCHEMA}.job f
          where f.name = '${FAILED}' and f.state < 'active' and f.source_name = q.name)::integer as failed,
         min(j.start_after) filter (where j.state < 'active' and j.start_after <= now()) as "waitingSince"
       from ${SCHEMA}.queue q left join ${SCHEMA}.job j on j.name = q.name and j.state <= 'active'
       where q.name <> '${FAILED}' group by q.name order by q.name`,
    );
    return rows;
  }

  /** Has all jobs tried again that were set aside. Gives how many there were. */
  async retryFailed(): Promise<number> {
    if ((await this.list()).every(({ failed }) => failed === 0)) return 0;
    const boss = newBoss(this.databaseUrl, { supervise: false, max: 1 }, () => {});
    try {
      await boss.start();
      let retried = 0;
      for (let some = 1; some > 0; retried += some) some = await boss.redrive(FAILED);
      return retried;
    } finally {
      await boss.stop({ graceful: false });
    }
  }
}
