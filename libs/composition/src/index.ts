export * from './aggregates';
export * from './config';
export * from './core.module';
export * from './projections';
