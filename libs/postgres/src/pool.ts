import { Pool, type PoolConfig, type QueryArrayConfig, types } from 'pg';

/** Reads a `timestamptz` of a UTC session into the one form of an Instant: milliseconds only where there are any. */
const toInstant = (text: string): string => {
  const [seconds, fraction] = text.replace(' ', 'T').replace('+00', '').split('.');
  return fraction ? `${seconds}.${fraction.padEnd(3, '0')}Z` : `${seconds}Z`;
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
 * Connection options under which values read as the rest of the code knows them: `timestamptz` as an Instant, `date`
 * as a LocalDate, `bigint` as a number (safe up to 2^53), `numeric` as text. `settings` are PostgreSQL's, for the
 * session: `synchronous_commit=off`.
 */
export const connectionConfig = (url: string, settings: readonly string[] = []): PoolConfig => ({
  connectionString: url,
  options: ['timezone=UTC', ...settings].map((setting) => `-c ${setting}`).join(' '),
  types: typeParsers,
  keepAlive: true,
});

/**
 * A pool of at most `max` connections. One that breaks is dropped without a sound; whoever uses it learns of it from the
 * query that fails.
 */
export function createPool(
  url: string,
  { max = 10, settings, ...rest }: Pick<PoolConfig, 'max' | 'application_name'> & { settings?: readonly string[] } = {},
): Pool {
  const pool = new Pool({ ...connectionConfig(url, settings), max, connectionTimeoutMillis: 5_000, ...rest });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
