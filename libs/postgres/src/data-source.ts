import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { connectionConfig, type SessionOptions } from './connection';

/** All migrations. They run in the order of the timestamps in their names, each of them once. */
export type Migrations = readonly (new () => MigrationInterface)[];

/** TypeORM for the state outside the event store: schema `app`, which migrations make. */
export function dataSourceOptions(url: string, session?: SessionOptions): DataSourceOptions {
  // TypeORM reads values in its own way.
  const { connectionString: _, types: __, ...connection } = connectionConfig(url, session);
  return {
    type: 'postgres',
    url,
    schema: 'app',
    extra: { ...connection, max: 5 },
  };
}

/** Brings a database's schema up to date. Any number of processes may do so at once; the first does the work. */
export async function runMigrations(url: string, migrations: Migrations): Promise<void> {
  const options = {
    ...dataSourceOptions(url, { patience: 0 }),
    migrations: [...migrations],
    migrationsTableName: 'migrations',
  };
  const dataSource = await new DataSource(options).initialize();
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
