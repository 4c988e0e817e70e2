import type { Instant } from '@yoyaku/kernel';

/** Work that waits to be done. */
export interface Job {
  readonly kind: string;
  readonly data: object;
  /** When it becomes due; absent: at once. */
  readonly at?: Instant;
  /** From then on it is of no use to anybody; whoever does it looks for himself. Old ones are not even planned. */
  readonly until?: Instant;
  /** See `KindOptions`. */
  readonly retries?: number;
  /** Of several jobs of one kind that have the same key, only the first is planned. Absent: each is a job of its own. */
  readonly key?: string;
}

/** How the jobs of a kind are worked off, where it is not as usual. */
export interface KindOptions {
  /** How many of its jobs one process does at once. */
  readonly atOnce?: number;
  /** How often a job is tried again, at longer and longer intervals, before it is put aside as failed. */
  readonly retries?: number;
}

/** A kind of job. */
export interface JobKind<Data extends object = object> {
  /** Letters, digits and hyphens; stored jobs are known by it, so it stays. */
  readonly name: string;
  readonly options: KindOptions;
  /** `data` is stored as it is and outlives an erasure: ids and plain facts, nothing personal. */
  job(data: Data, when?: Pick<Job, 'at' | 'until' | 'key'>): Job;
}

/** `const expireBooking = defineJob<{ bookingId: Uuid }>('expire-booking')` */
export const defineJob = <Data extends object>(name: string, options: KindOptions = {}): JobKind<Data> => ({
  name,
  options,
  job: (data, when) => ({ kind: name, data, retries: options.retries, ...when }),
});
