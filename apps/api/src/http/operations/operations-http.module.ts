import { Module } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import { exposeProjections, ProjectionAdmin } from '@yoyaku/projecting';
import { exposeJobs, JobAdmin } from '@yoyaku/reacting';
import { Pool } from 'pg';
import { CONFIG } from '../../config';
import { Metrics } from '../../server/metrics';
import { HealthChecks } from './health';
import { HealthController } from './health.controller';
import { JobsController } from './jobs.controller';
import { ProjectionsController } from './projections.controller';
import { RebuildsController } from './rebuilds.controller';

@Module({
  controllers: [HealthController, JobsController, ProjectionsController, RebuildsController],
  providers: [
    HealthChecks,
    {
      provide: JobAdmin,
      useFactory: ({ databaseUrl }: Config, pool: Pool) => new JobAdmin(databaseUrl, pool),
      inject: [CONFIG, Pool],
    },
  ],
})
export class OperationsHttpModule {
  constructor(metrics: Metrics, projections: ProjectionAdmin, jobs: JobAdmin) {
    exposeProjections(metrics.registry, projections);
    exposeJobs(metrics.registry, jobs);
  }
}
