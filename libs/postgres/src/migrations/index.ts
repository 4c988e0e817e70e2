// Each owner of a table in schema `app` adds its migrations here; they run in the order of their timestamps.
export * from './1790000000000-subject-keys';
export * from './1790000001000-identity';
export * from './1790000002000-http';
export * from './1790000003000-audit-checkpoints';
export * from './1790000004000-audit-verifications';
export * from './1790000020000-subject-kinds';
export * from './1790000030000-projection-skips';
export * from './1790000035000-master-keys';
export * from './1790000040000-idempotent-commands';
export * from './1790000045000-forgotten-answers';
export * from './1790000050000-kept-settings';
export * from './1790000051000-canonical-requests';
export * from './1790000052000-refresh-leeway';
