export * from './aggregates';
export * from './audit.module';
export * from './config';
export * from './core.module';
export { metricsRefusal } from './metrics-access';
export * from './projections';
