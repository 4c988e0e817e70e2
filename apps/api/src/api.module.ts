import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import { provideConfig } from './config';
import { Metrics } from './server/metrics';

/** Makes the process's configuration and metrics available to every module. */
@Module({})
export class ApiModule {
  static forRoot(config: Config, metrics: Metrics): DynamicModule {
    const providers = [provideConfig(config), { provide: Metrics, useValue: metrics }];
    return { module: ApiModule, global: true, providers, exports: providers };
  }
}
