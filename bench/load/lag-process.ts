import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { HttpLoad, type LoadPlan, type LoadResult } from './http-load';

export interface LagPlan extends LoadPlan {
  readonly databaseUrl: string;
  /** Gives the ids, of those in `$1`, whose rows are visible. */
  readonly visibleSql: string;
}

export interface LagResult extends LoadResult {
  /** From a command's answer to its row being seen, in ms, in the order of the plan. */
  readonly lags: Float64Array;
}

const LOOK_EVERY_MS = 1;

/**
 * Sends commands at a fixed rate and looks for the rows of all that are answered and not yet seen, again and again on
 * one connection: a lag is at most one look too long.
 */
async function run({ databaseUrl, visibleSql, ...plan }: LagPlan): Promise<LagResult> {
  const load = new HttpLoad(plan.origin, plan.connections);
  const database = new Client({ connectionString: databaseUrl });
  await Promise.all([load.connect(), database.connect()]);
  const lags = new Float64Array(plan.requests.length);
  const unseen = new Map<string, { index: number; answeredAt: number }>();
  let sending = true;
  const looking = (async () => {
    while (sending || unseen.size > 0) {
      const { rows } = await database.query<{ id: string }>({
        name: 'visible',
        text: visibleSql,
        values: [[...unseen.keys()]],
      });
      const seenAt = performance.now();
      for (const { id } of rows) {
        const command = unseen.get(id);
        if (command) lags[command.index] = seenAt - command.answeredAt;
        unseen.delete(id);
      }
      await delay(LOOK_EVERY_MS);
    }
  })();
  const result = await load.run(plan, ({ status, at, body }, index) => {
    if (status === 201) unseen.set((JSON.parse(body.toString()) as { id: string }).id, { index, answeredAt: at });
  });
  sending = false;
  await looking;
  await Promise.all([load.close(), database.end()]);
  return { ...result, lags };
}

process.on('message', (plan: LagPlan) => {
  void run(plan).then((result) => process.send?.(result));
});
