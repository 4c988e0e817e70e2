import { type Client, type ClientConfig, type QueryArrayConfig, types } from 'pg';

/** Reads a `timestamptz` of a UTC session into the one form of an Instant: milliseconds only where there are any. */
const toInstant = (text: string): string => {
  const [seconds, fraction = ''] = text.replace(' ', 'T').replace('+00', '').split('.');
  // Times from PostgreSQL's own clock have microseconds.
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  return ms === '000' ? `${seconds}Z` : `${seconds}.${ms}Z`;
};

const parsers = new Map<number, (text: string) => unknown>([
  [types.builtins.TIMESTAMPTZ, toInstant],
  [types.builtins.DATE, (text) => text],
  [types.builtins.INT8, Number],
]);

const typeParsers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || types.getTypeParser(oid, format),
} as QueryArrayConfig['types'];

/**
 * Session settings that our statements rely on. They override those of the server, the database and the role. The
 * server notices a lost client within ten seconds, and one that died inside a transaction within a minute, and frees
 * its locks.
 */
const SESSION = {
  timezone: 'UTC',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  extra_float_digits: '1',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '5',
};

/** Milliseconds. */
const CONNECT = 5_000;
const STATEMENT = 10_000;
/** The server cancels a statement at its timeout. The client waits this much longer. */
const GRACE = 2_000;
/** After this silence the operating system probes the connection, ten times, one second apart. */
const KEEP_ALIVE = 5_000;
const GOODBYE = 1_000;

export interface SessionOptions {
  /** PostgreSQL's settings for the session: `synchronous_commit=off`. */
  readonly settings?: readonly string[];
  /** Timeout of a statement in ms. 0: none, for work on whole tables. */
  readonly patience?: number;
}

/**
 * Connection options. Values are read in the types of our code: `timestamptz` as an Instant, `date` as a LocalDate,
 * `bigint` as a number (safe up to 2^53), `numeric` as text. Every call has a timeout.
 */
export function connectionConfig(url: string, { settings = [], patience = STATEMENT }: SessionOptions = {}) {
  const own = Object.entries(SESSION).map(([name, value]) => `${name}=${value}`);
  const all = [...own, `statement_timeout=${patience}`, ...settings];
  return {
    connectionString: url,
    options: all.map((setting) => `-c ${setting.replaceAll(' ', '\\ ')}`).join(' '),
    types: typeParsers,
    connectionTimeoutMillis: CONNECT,
    query_timeout: patience === 0 ? 0 : patience + GRACE,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
  } satisfies ClientConfig;
}

/** Ends a connection, even if its server is gone and never answers. Never throws. */
export async function closeClient(client: Client): Promise<void> {
  const goodbye = setTimeout(() => client.connection.stream.destroy(), GOODBYE);
  await client.end().catch(() => {});
  clearTimeout(goodbye);
}

/** How often the server is asked. It counts as gone if it does not answer for twice as long. */
const BEAT = 1_000;
const OVERDUE = 2;

/**
 * Asks the server at intervals whether it is still there, and breaks the connection if it does not answer in time; then
 * the connection emits `end`. This is for connections that only listen: without it a lost server would look like
 * silence.
 */
export function watch(client: Client, ask: () => Promise<unknown> = () => client.query('select')): void {
  let open = 0;
  const timer = setInterval(() => {
    if (open > 0) {
      open += 1;
      if (open > OVERDUE) client.connection.stream.destroy();
      return;
    }
    open = 1;
    ask().then(
      () => {
        open = 0;
      },
      () => {},
    );
  }, BEAT);
  client.once('end', () => clearInterval(timer));
}
