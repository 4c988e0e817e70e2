import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Pool } from 'pg';
import { dataSourceOptions, type Migrations, runMigrations } from './data-source';
import { keepSetting } from './kept-settings';
import { Notifications } from './notifications';

export interface PostgresOptions {
  readonly url: string;
  readonly pool: Pool;
  readonly notifications: Notifications;
  readonly migrations: Migrations;
  /** Settings that can never change; see {@link keepSetting}. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** PostgreSQL for all modules: `Pool`, `Notifications`, TypeORM's `DataSource`. Runs the migrations first. */
@Module({})
export class PostgresModule implements OnApplicationShutdown {
  constructor(
    private readonly pool: Pool,
    private readonly notifications: Notifications,
  ) {}

  /** Throws if PostgreSQL cannot be used. */
  static async forRoot({ url, pool, notifications, migrations, kept = {} }: PostgresOptions): Promise<DynamicModule> {
    await runMigrations(url, migrations);
    for (const [name, value] of Object.entries(kept)) await keepSetting(pool, name, value);
    return {
      module: PostgresModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(url), autoLoadEntities: true })],
      providers: [
        { provide: Pool, useValue: pool },
        { provide: Notifications, useValue: notifications },
      ],
      exports: [Pool, Notifications],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.close();
    await this.pool.end();
  }
}
