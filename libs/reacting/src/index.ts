export { defineJob, type Job, type JobKind } from './job';
export type { DueJob, JobHandler } from './job-handler';
export { exposeJobs } from './job-metrics';
export { type Cause, projectionOf } from './planned-jobs';
export { JobAdmin, type JobKindStatus } from './queue/job-admin';
export { JobWorkers } from './queue/job-workers';
export { JobWriter } from './queue/job-writer';
export { type AnyReaction, defineReaction } from './reaction';
