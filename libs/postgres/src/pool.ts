import { Pool, type PoolConfig } from 'pg';
import { connectionConfig, type SessionOptions } from './connection';

/**
 * A pool of at most `max` connections. A connection that breaks is dropped without a message; its user learns of it
 * from the failing query.
 */
export function createPool(
  url: string,
  { max = 10, settings, patience, ...rest }: Pick<PoolConfig, 'max' | 'application_name'> & SessionOptions = {},
): Pool {
  const pool = new Pool({ ...connectionConfig(url, { settings, patience }), max, ...rest });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
