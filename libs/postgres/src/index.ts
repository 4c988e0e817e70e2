export * from './advisory-lock';
export { dataSourceOptions, migrate } from './data-source';
export * from './following';
export * from './notifications';
export * from './pipeline';
export * from './pool';
export * from './postgres.module';
export * from './subject-keys';
export * from './transaction';
