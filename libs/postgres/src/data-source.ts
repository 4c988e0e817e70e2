import { DataSource, type DataSourceOptions } from 'typeorm';
import * as migrations from './migrations';

/** TypeORM over the state outside the stream: schema `app`, owned by migrations. */
export const dataSourceOptions = (url: string): DataSourceOptions => ({
  type: 'postgres',
  url,
  schema: 'app',
  migrations: Object.values(migrations),
  migrationsTableName: 'migrations',
  extra: { max: 5, options: '-c timezone=UTC' },
});

/** Brings schema `app` up to date. Any number of processes may do so at once; the first does the work. */
export async function migrate(url: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
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
