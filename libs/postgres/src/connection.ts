import { type Client, type ClientConfig, type QueryArrayConfig, types } from 'pg';

/** Reads a `timestamptz` of a UTC session into the one form of an Instant: milliseconds only where there are any. */
const toInstant = (text: string): string => {
  const [seconds, fraction = ''] = text.replace(' ', 'T').replace('+00', '').split('.');
  // What PostgreSQL's own clock said has microseconds.
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
 * What our statements, and those who read their answers, rely on, whatever a server, a database or a role has set
 * otherwise. A client that vanished without a word is noticed by the server within ten seconds, and one that died in
 * the middle of a transaction within a minute: its locks are then free.
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
/** How much longer than the server, which gives a statement up by itself, the client waits. */
const GRACE = 2_000;
/** After so much silence the operating system asks, ten times, a second apart, whether the server is still there. */
const KEEP_ALIVE = 5_000;
const GOODBYE = 1_000;

export interface SessionOptions {
  /** PostgreSQL's settings for the session: `synchronous_commit=off`. */
  readonly settings?: readonly string[];
  /** How long a statement may take, ms; 0: as long as it needs, for whoever works on whole tables. */
  readonly patience?: number;
}

/**
 * Connection options under which values read as the rest of the code knows them: `timestamptz` as an Instant, `date`
 * as a LocalDate, `bigint` as a number (safe up to 2^53), `numeric` as text; and under which no call waits for ever.
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

/** Ends a connection, also one whose server has gone and would never say goodbye. Never throws. */
export async function closeClient(client: Client): Promise<void> {
  const goodbye = setTimeout(() => client.connection.stream.destroy(), GOODBYE);
  await client.end().catch(() => {});
  clearTimeout(goodbye);
}

/** How often the server is asked. One that leaves a question open for twice as long is taken for gone. */
const BEAT = 1_000;
const OVERDUE = 2;

/**
 * Asks the server now and then whether it is still there, and breaks the connection when it does not answer in time: its
 * `end` then says so. This is for connections on which one waits for others, where a network or a server that has gone
 * without a word looks like quiet.
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
