export * from './aggregates';
export * from './audit.module';
export * from './config';
export * from './core.module';
export * from './projections';
