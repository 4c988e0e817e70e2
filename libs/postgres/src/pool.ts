import { Pool, type PoolConfig } from 'pg';
import { connectionConfig, type SessionOptions } from './connection';

/**
 * A pool of at most `max` connections. One that breaks is dropped without a sound; whoever uses it learns of it from the
 * query that fails.
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
