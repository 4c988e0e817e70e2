export * from './aggregates';
export * from './audit.module';
export * from './config';
export * from './core.module';
export * from './logging/logger';
export * from './logging/nest-logger';
export { metricsRefusal } from './metrics-access';
export { countPassedOver } from './passed-over';
export * from './projections';
