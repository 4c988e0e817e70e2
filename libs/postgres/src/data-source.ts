import { DataSource, type DataSourceOptions } from 'typeorm';
import { connectionConfig, type SessionOptions } from './connection';
import * as migrations from './migrations';

/** TypeORM over the state outside the stream: schema `app`, owned by migrations. */
export function dataSourceOptions(url: string, session?: SessionOptions): DataSourceOptions {
  // TypeORM reads values in its own way.
  const { connectionString: _, types: __, ...connection } = connectionConfig(url, session);
  return {
    type: 'postgres',
    url,
    schema: 'app',
    migrations: Object.values(migrations),
    migrationsTableName: 'migrations',
    extra: { ...connection, max: 5 },
  };
}

/** Brings schema `app` up to date. Any number of processes may do so at once; the first does the work. */
export async function migrate(url: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(url, { patience: 0 })).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query(`select pg_advisory_lock(hashtext('yoyaku.migrations'))`);
    await lock.query('create schema if not exists app');
    await dataSource.runMigrations();
    await lock.query(`select pg_advisory_unlock(hashtext('yoyaku.migrations'))`);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
