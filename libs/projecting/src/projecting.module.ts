import { type DynamicModule, Module } from '@nestjs/common';
import { Notifications } from '@yoyaku/postgres';
import { Pool } from 'pg';
import { Consistency } from './consistency';
import { restoreEngine } from './engine/tables/installation';
import type { AnyProjection } from './projection';
import { ProjectionAdmin } from './projection-admin';
import { ReadModels } from './reading/read-models';

/** Provided once the engine's own tables are there: nobody is to ask PostgreSQL for what it does not have. */
const ENGINE = Symbol('engine');

/** The query side of the read models, for every module of the application; needs the PostgresModule. */
@Module({})
export class ProjectingModule {
  static forRoot(projections: readonly AnyProjection[], partitions: number): DynamicModule {
    return {
      module: ProjectingModule,
      global: true,
      providers: [
        ReadModels,
        { provide: ENGINE, inject: [Pool], useFactory: async (pool: Pool) => ({ ready: await restoreEngine(pool) }) },
        {
          provide: Consistency,
          inject: [Pool, Notifications],
          useFactory: (pool: Pool, notifications: Notifications) =>
            new Consistency(pool, notifications, projections, partitions),
        },
        {
          provide: ProjectionAdmin,
          inject: [Pool],
          useFactory: (pool: Pool) => new ProjectionAdmin(pool, projections),
        },
      ],
      exports: [ReadModels, Consistency, ProjectionAdmin],
    };
  }
}
