export { Consistency, type WaitOptions } from './consistency';
export type { ReadingPath } from './engine/live/event-reader';
export { Projector, type ProjectorOptions } from './engine/live/projector';
export { migrations as projectingMigrations } from './engine/migrations';
export type { RebuildFailure, RebuildState, RebuildStatus } from './engine/rebuild/rebuild-requests';
export type { ProjectorLog } from './engine/running/log';
export type { Failure } from './engine/running/read-event';
export type { Outlet } from './engine/running/storage';
export type { Standing } from './engine/tables/definition';
export { beginAgain, install as installProjections } from './engine/tables/installation';
export type { Difference, Sum, VerifiedPartition, VerifiedTable } from './engine/verify/comparison';
export * from './projecting.module';
export * from './projection';
export * from './projection-admin';
export { exposeProjections } from './projection-metrics';
export type {
  PartitionStatus,
  ProjectionStatus,
  QuarantinedTenant,
  ReadingStatus,
  RelayStatus,
} from './projection-status';
export { entityOf } from './reading/entity';
export type { Page, PageRequest } from './reading/page';
export * from './reading/read-models';
export type { Selection, Sortable, Where } from './reading/selection';
export { type RebuildOptions, runRebuild } from './rebuild';
export * from './run-projection';
export { folded } from './searching/fold';
export { defineSearchTable, idsFound, type SearchTable, searchRow } from './searching/search-table';
export * from './table';
export * from './verifier';
