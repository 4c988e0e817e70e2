import { setImmediate } from 'node:timers/promises';
import { tablesOf } from './changes';
import { Caution, LIMIT, limited, RanTooLong } from './limited';
import type { ReadEvent } from './read-event';
import type { RowStorage } from './storage';
import type { Work } from './work';

export interface HandlersOptions {
  readonly storage: RowStorage;
  /**
   * Whether handlers have a time limit, which costs 100 to 250 µs a pass. It is needed where an event may come that
   * already blocked a worker. Without it, a handler that does not end blocks the process until that is killed.
   */
  readonly limitsHandlers: boolean;
  /** While this asks for caution, handlers have a limit in any case. */
  readonly caution?: Caution;
  /** Lets other work run between long tries, above all the heartbeat. */
  readonly pause?: () => Promise<unknown>;
}

/** Runs the handlers of projections over rows in memory, within a limit of time, and fetches the rows that they ask for. */
export class Handlers {
  private readonly caution: Caution;

  constructor(private readonly options: HandlersOptions) {
    this.caution = options.caution ?? new Caution();
  }

  /** Runs handlers, fetches what they miss, and runs them again, until nothing is missing. */
  async run(works: readonly Work[]): Promise<void> {
    let open = works.filter(({ events }) => events.length > 0);
    for (;;) {
      if (open.length > 0) open = await this.runOnce(open);
      if (open.length === 0) return;
      await this.fetch(open);
    }
  }

  /**
   * Runs handlers, and gives those that lack rows. Where together they take too long, each shard's run by themselves.
   */
  private async runOnce(works: readonly Work[]): Promise<Work[]> {
    const handle = () => works.filter((work) => !work.run());
    if (!this.options.limitsHandlers && !this.caution.isDue) return this.caution.watch(handle);
    try {
      return limited(handle, LIMIT.first);
    } catch (error) {
      if (!(error instanceof RanTooLong)) throw error;
    }
    const open: Work[] = [];
    for (const work of works) if (!(await this.runAlone(work))) open.push(work);
    return open;
  }

  /**
   * Runs a shard's handlers; false when rows are missing. If the time limit stops them twice at the same event, the second
   * time after longer, that event's handler does not end. If it stops them at different events, there was too much work,
   * or the machine was slow: then this throws, and the events are run one by one.
   */
  private async runAlone(work: Work): Promise<boolean> {
    const { pause = setImmediate } = this.options;
    let suspect: ReadEvent | undefined;
    for (let tries = 1; ; tries++) {
      await pause();
      try {
        return limited(() => work.run(), tries === 1 ? LIMIT.first : LIMIT.longest);
      } catch (error) {
        if (!(error instanceof RanTooLong)) throw error;
        const at = work.endedAt;
        if (at && at === suspect) {
          work.stopAt(at, error);
          this.caution.rise();
          tries = 0;
        } else if (tries === LIMIT.tries) throw error;
        suspect = at;
      }
    }
  }

  private async fetch(works: readonly Work[]): Promise<void> {
    const { storage } = this.options;
    const fetches = tablesOf(works, (work) => work.missing).map(async ([generation, table, missing]) => {
      const sql = generation.tables.get(table);
      const keyText = generation.keyTextOf(table);
      if (!sql) return;
      const keys = missing.flatMap(([, keys]) => [...keys.values()]);
      const rows = (await storage.query(sql.fetch(keys))).map((values) => sql.row(values));
      const found = new Map(rows.map((owned) => [keyText(owned.row), owned]));
      for (const key of found.keys()) {
        // If the missing row were taken for one that does not exist, the existing row would be overwritten.
        const isAsked = missing.some(([, keys]) => keys.has(key));
        if (!isAsked) throw new Error(`${sql.name} answers with a row that nobody asked for: ${key}`);
      }
      for (const [{ shard }, keys] of missing) {
        for (const key of keys.keys()) shard.known[table]?.learn(key, found.get(key) ?? null);
      }
    });
    await Promise.all(fetches);
  }
}
