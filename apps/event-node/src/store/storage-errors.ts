/** An event that the log should hold is not there, or cannot be read. Other events are not concerned. */
export class DamagedLog extends Error {
  constructor(position: number) {
    super(`the event at position ${position} is damaged or missing`);
  }
}

/** LMDB or the disk under it failed; whether the latest writes were stored is not known before the next start. */
export class StorageFailed extends Error {
  constructor(cause: unknown) {
    super(`the storage failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The errors of LMDB carry the number that the system, or LMDB itself (below zero), gives the kind of error. */
export const isLmdbError = (error: unknown): error is Error & { code: number } =>
  error instanceof Error && 'code' in error && typeof error.code === 'number';
