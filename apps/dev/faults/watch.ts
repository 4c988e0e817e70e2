import { setTimeout as wait } from 'node:timers/promises';
import type { Request } from './client';
import { availabilityPath } from './load';
import type { ReadModels } from './read-models';
import { none, seconds } from './report';
import type { World } from './world';

/** Rows of these come and go with what the salon does; those of all other businesses stay. */
const OTHERS_ONLY: Readonly<Record<string, string>> = {
  open_holds: 'business_id <> $1',
  busy_days: 'resource_id <> all($2)',
  blocks: 'resource_id <> all($2)',
  customers: 'business_id <> $1',
  customer_search: 'id in (select id from read.customers where business_id <> $1)',
};
export const PAUSE_MS = 100;
/** What asks for more has given up on a query. */
const LAG_PATIENCE_MS = 20_000;

/**
 * Looks at every read model again and again, in PostgreSQL and over HTTP, for what must not be whatever is rebuilt: a
 * query that fails, and a table with fewer rows than it had.
 */
export class Watch {
  private readonly violations: string[] = [];
  private readonly counted = new Map<string, number>();
  private readonly lags: number[] = [];
  private looks = 0;
  private queries = 0;
  private stopped = false;
  private readonly watching: Promise<unknown>;

  constructor(
    private readonly world: World,
    private readonly readModels: ReadModels,
  ) {
    this.watching = Promise.all([this.count(), this.ask(), this.measureLag()]);
    this.watching.catch(() => undefined);
  }

  /** Throws with what was seen that must not be. */
  async end(): Promise<{ facts: string; longestLagMs: number }> {
    this.stopped = true;
    await this.watching;
    none(this.violations);
    const rows = [...this.counted.values()].reduce((sum, count) => sum + count, 0);
    const longestLagMs = Math.max(...this.lags);
    const facts = `${this.looks} looks at ${rows} rows, ${this.queries} queries, lag up to ${seconds(longestLagMs)}`;
    return { facts, longestLagMs };
  }

  private async count(): Promise<void> {
    const { pool } = this.readModels;
    const { businessId, services } = this.world.salon;
    const resourceIds = services.flatMap(({ requirements }) => requirements.flat());
    const { rows: views } = await pool.query<{ name: string }>(
      `select viewname as name from pg_views where schemaname = 'read'`,
    );
    while (!this.stopped) {
      for (const { name } of views) {
        const [counted = 0, before = 0] = [await this.countOf(name, businessId, resourceIds), this.counted.get(name)];
        if (counted < before) this.violations.push(`${name} had ${before} rows, and then ${counted}`);
        this.counted.set(name, Math.max(counted, before));
      }
      this.looks += 1;
      await wait(PAUSE_MS);
    }
  }

  private async countOf(view: string, businessId: string, resourceIds: readonly string[]): Promise<number | undefined> {
    const text = `select count(*) from read.${view}
      where ($1::uuid, $2::uuid[]) is not null and (${OTHERS_ONLY[view] ?? true})`;
    try {
      const { rows } = await this.readModels.pool.query<{ count: number }>(text, [businessId, resourceIds]);
      return rows[0]?.count;
    } catch (error) {
      this.violations.push(`${view} cannot be read: ${error}`);
      return this.counted.get(view);
    }
  }

  private async ask(): Promise<void> {
    const { client, random } = this.world;
    const requests = queriesOf(this.world);
    while (!this.stopped) {
      const request = random.pick(requests);
      const answer = await client.attempt(request);
      if (answer?.status !== 200) {
        this.violations.push(`GET ${request.path} answers ${answer?.status} ${answer?.body}`);
      }
      this.queries += 1;
      await wait(PAUSE_MS);
    }
  }

  private async measureLag(): Promise<void> {
    while (!this.stopped) {
      this.lags.push(await lagOf(this.readModels));
      await wait(PAUSE_MS);
    }
  }
}

/** How long after an event was stored all read models have it, ms. */
export const lagOf = async (readModels: ReadModels): Promise<number> =>
  readModels.reach(await readModels.head(), LAG_PATIENCE_MS);

/** Over all contexts, as those may ask who own what they ask for. */
function queriesOf({ salon }: World): Request[] {
  const { businessId, owner, services } = salon;
  const paths = [
    `/bookings?businessId=${businessId}&limit=50`,
    availabilityPath(salon, services[0]?.id ?? ''),
    `/services?businessId=${businessId}`,
    `/resources?businessId=${businessId}`,
    `/businesses/${businessId}`,
    `/customers?businessId=${businessId}`,
    `/staff/assignments?businessId=${businessId}`,
    `/policies?businessId=${businessId}`,
    `/owner/businesses`,
  ];
  return paths.map((path) => ({ method: 'GET', path, as: owner }));
}
