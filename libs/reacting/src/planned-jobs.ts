import type { RecordedEvent } from '@yoyaku/eventing';
import { deriveUuid, type Instant, type Uuid } from '@yoyaku/kernel';
import {
  type AnyProjection,
  defineTable,
  instant,
  integer,
  json,
  nullable,
  type Row,
  text,
  type Unit,
  uuid,
} from '@yoyaku/projecting';
import type { Job } from './job';
import type { AnyReaction } from './reaction';

/** The event that a job follows from. */
export interface Cause {
  readonly id: Uuid;
  readonly type: string;
  /** As text, since JSON has no such numbers. */
  readonly position: string;
  readonly tenantId: string;
  readonly at: Instant;
  readonly correlationId: string;
  readonly traceparent?: string | undefined;
}

/** What is stored of a job as its data. */
export interface JobBody {
  /** The job's, also after an operator has had it tried again, which makes a new row. */
  readonly id: Uuid;
  /** Who planned it: a reaction, or the kind of job that led to it. */
  readonly by: string;
  readonly data: object;
  readonly cause: Cause;
}

/** Rows that are not kept but become jobs, in the transaction that moves the reaction's checkpoint. */
const plannedJobs = defineTable('planned_jobs', {
  columns: {
    event: uuid,
    /** Among the jobs of that event. */
    number: integer,
    id: uuid,
    kind: text,
    body: json<JobBody>(),
    at: nullable(instant),
    until: nullable(instant),
    retries: nullable(integer),
  },
  key: ['event', 'number'],
  appendOnly: true,
  handedOn: true,
});

export type PlannedJob = Pick<Row<typeof plannedJobs>, 'id' | 'kind' | 'body' | 'at' | 'until' | 'retries'>;

const causeOf = (event: RecordedEvent): Cause => ({
  id: event.id,
  type: event.type,
  position: `${event.position}`,
  tenantId: event.tenantId,
  at: event.at,
  correlationId: event.correlationId,
  traceparent: event.traceparent,
});

/**
 * The same job always has the same id, so that it is stored once. `from` and `number` tell it from others of its kind if
 * it has no key: what it follows from, and its place among what follows from that.
 */
export function plannedJob(job: Job, by: string, cause: Cause, from: Uuid, number: number): PlannedJob {
  const id =
    job.key === undefined ? deriveUuid('job', job.kind, by, from, number) : deriveUuid('job', job.kind, job.key);
  return {
    id,
    kind: job.kind,
    body: { id, by, data: job.data, cause },
    at: job.at ?? null,
    until: job.until ?? null,
    retries: job.retries ?? null,
  };
}

/** A reaction as the engine runs it: a projection whose rows are jobs. */
export const projectionOf = ({ name, version, from, on }: AnyReaction): AnyProjection => ({
  name,
  version,
  tables: { jobs: { ...plannedJobs, name: `planned_jobs_of_${name}` } },
  startsAt: from,
  on: Object.fromEntries(
    Object.entries(on).map(([type, handle]) => [
      type,
      (event: RecordedEvent, rows: Unit<AnyProjection['tables']>) => {
        const jobs = (handle as (event: RecordedEvent) => readonly Job[])(event);
        jobs.forEach((job, number) => {
          rows.jobs?.put({ event: event.id, number, ...plannedJob(job, name, causeOf(event), event.id, number) });
        });
      },
    ]),
  ),
});
