import { epochMs, now } from '@yoyaku/kernel';
import { Gauge, type Registry } from 'prom-client';
import type { JobAdmin, JobKindStatus } from './queue/job-admin';

/** However often the figures are read, PostgreSQL is asked this often at most, in milliseconds. */
const FRESH = 5_000;

const STATES = ['planned', 'due', 'active', 'failed'] as const;

/** Adds how it stands with the jobs of the whole installation. While PostgreSQL is away the figures are absent. */
export function exposeJobs(registry: Registry, admin: Pick<JobAdmin, 'list'>): void {
  let known: { readonly statuses: Promise<readonly JobKindStatus[]>; readonly at: number } | undefined;
  const look = () => {
    const at = performance.now();
    if (!known || at - known.at > FRESH) known = { statuses: admin.list().catch(() => []), at };
    return known.statuses;
  };
  new Gauge({
    name: 'yoyaku_jobs',
    help: 'Jobs by kind and state: planned for later, due, active, or failed, which is tried in vain and set aside',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const status of await look())
        for (const state of STATES) this.set({ kind: status.kind, state }, status[state]);
    },
  });
  new Gauge({
    name: 'yoyaku_jobs_oldest_due_seconds',
    help: 'For how long the first of the jobs that are due has waited; absent: none is due',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { kind, waitingSince } of await look())
        if (waitingSince) this.set({ kind }, Math.max(0, epochMs(now()) - epochMs(waitingSince)) / 1_000);
    },
  });
}
