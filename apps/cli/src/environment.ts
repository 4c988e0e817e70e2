import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aggregates,
  auditorOf,
  type Config,
  PREFIX_SETTING,
  readConfig,
  readServers,
  type Servers,
} from '@yoyaku/composition';
import { AggregateStore, EventCodec, EventStoreDb, PostgresSubjectKeys } from '@yoyaku/eventing';
import { createPool, ensureSetting, OtherSetting } from '@yoyaku/postgres';
import { parse } from 'dotenv';

/**
 * What commands work with, opened when first asked for, so that none waits for a server that it does not need.
 * The servers are those of the environment, or of the installation that `npm start` runs in DATA_DIR.
 */
export class Environment {
  private readonly variables = { ...runningInstallation(), ...process.env };
  private readonly closing: (() => Promise<unknown>)[] = [];

  private readonly someServers = once(() => readServers(this.variables));
  private readonly whole = once(() => readConfig(this.variables, () => {}));

  readonly pool = once(() => {
    const pool = createPool(this.servers.databaseUrl);
    this.closing.push(() => pool.end());
    return pool;
  });

  readonly eventStore = once(() => {
    const { eventStoreUrl, eventStorePrefix: prefix } = this.servers;
    const store = new EventStoreDb(eventStoreUrl, { prefix, categories: this.codec().categories });
    this.closing.push(() => store.close());
    return store;
  });

  readonly subjectKeys = once(
    () => new PostgresSubjectKeys(this.pool(), this.config.piiMasterKey, this.config.piiMasterKeysOld),
  );

  readonly codec = once(() => new EventCodec(aggregates, this.subjectKeys()));

  readonly auditor = once(() => auditorOf(this.config, this.eventStore(), this.codec(), this.pool()));

  readonly aggregateStore = once(() => new AggregateStore(this.eventStore(), this.codec()));

  get servers(): Servers {
    return this.someServers();
  }

  /** All settings. Throws where a secret is missing, which few commands need. */
  get config(): Config {
    return this.whole();
  }

  /**
   * Throws if the installation has another prefix: commands would look for its events under wrong names. If none is
   * recorded yet, none is recorded here: that is up to the processes, because a command may come from a shell that is
   * not set up. If PostgreSQL is away, or not prepared, the commands that need it say so.
   */
  async ensurePrefix(): Promise<void> {
    const { eventStorePrefix } = this.servers;
    await ensureSetting(this.pool(), PREFIX_SETTING, eventStorePrefix).catch((error) => {
      if (error instanceof OtherSetting) throw error;
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.closing.map((close) => close()));
  }
}

function runningInstallation(): Record<string, string> {
  const file = join(process.env.DATA_DIR || '.data', 'run', 'environment');
  return existsSync(file) ? parse(readFileSync(file)) : {};
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
