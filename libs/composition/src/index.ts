export * from './aggregates';
export * from './audit.module';
export * from './config';
export * from './core.module';
export { metricsRefusal } from './metrics-access';
export { countPassedOver } from './passed-over';
export * from './projections';
