import { setTimeout as delay } from 'node:timers/promises';
import type { Uuid } from '@yoyaku/kernel';
import { type Notifications, tryHolding } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import type { AnyProjection } from '../projection';
import { Build } from './build';
import { CHANGED } from './channels';
import { type Definition, definitionOf } from './definition';
import type { EventSource } from './event-source';
import { dropAbandoned, dropRetired } from './generations';
import type { ProjectorLog } from './log';

export interface RebuilderOptions {
  readonly projections: readonly AnyProjection[];
  readonly partitions: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly notifications: Notifications;
  readonly source: EventSource;
  readonly log: ProjectorLog;
}

interface Request {
  readonly id: Uuid;
  readonly definitions: readonly Definition[];
}

/** Requests are heard of at once; what a process that died left is looked for this often. */
const LOOK = 2_000;

/** Takes up the rebuilds that someone asked for and that are about definitions of this build. */
export class Rebuilder {
  private readonly projections: ReadonlyMap<string, AnyProjection>;

  constructor(private readonly options: RebuilderOptions) {
    this.projections = new Map(options.projections.map((projection) => [keyOf(definitionOf(projection)), projection]));
  }

  /** One after the other, each by one process at a time, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { notifications, pool, log } = this.options;
    let wake = () => {};
    await notifications.listen(CHANGED, { onNotification: () => wake() });
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        for (const request of await this.requests()) await this.takeUp(request, signal);
        await dropAbandoned(pool);
        await dropRetired(pool);
      } catch (error) {
        log.warn({ err: error }, 'Rebuilds wait');
      }
      const waiting = new AbortController();
      const looking = delay(LOOK, undefined, { signal: AbortSignal.any([signal, waiting.signal]) });
      await Promise.race([woken, looking.catch(() => {})]);
      waiting.abort();
    }
  }

  private async requests(): Promise<Request[]> {
    const { rows } = await this.options.pool.query<Request>(
      `select id, definitions from projecting.rebuilds where state in ('running', 'paused') order by requested_at`,
    );
    return rows.filter(({ definitions }) => definitions.every((definition) => this.projections.has(keyOf(definition))));
  }

  private async takeUp({ id, definitions }: Request, signal: AbortSignal): Promise<void> {
    const { databaseUrl, pool, log, source, partitions } = this.options;
    const projections = definitions.flatMap((definition) => this.projections.get(keyOf(definition)) ?? []);
    const facts = { rebuild: id, projections: projections.map(({ name }) => name) };
    await tryHolding({ url: databaseUrl, lock: `yoyaku.rebuild.${id}`, signal }, async (held) => {
      log.info(facts, 'Rebuilding');
      const onRetry = (err: unknown) => log.warn({ ...facts, err }, 'The rebuild waits');
      const build = new Build({ id, projections, partitions, databaseUrl, pool, source, onRetry });
      const done = await build.run(held);
      if (done) log.info(facts, 'Rebuilt');
      else log.warn(facts, 'The rebuild ended without taking its place');
    });
  }
}

const keyOf = ({ name, version, digest }: Definition): string => `${name} ${version} ${digest}`;
