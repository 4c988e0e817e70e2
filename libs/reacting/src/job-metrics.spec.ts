import { type Instant, now, plusMs } from '@yoyaku/kernel';
import { Registry } from 'prom-client';
import { exposeJobs } from './job-metrics';

it('tells of the jobs by kind and state, and for how long the first has waited', async () => {
  const registry = new Registry();
  const waitingSince: Instant = plusMs(now(), -60_000);
  const mails = { kind: 'send-email', planned: 3, due: 2, active: 1, failed: 4, waitingSince };
  const idle = { kind: 'remind', planned: 0, due: 0, active: 0, failed: 0, waitingSince: null };
  exposeJobs(registry, { list: async () => [mails, idle] });
  const told = await registry.metrics();
  for (const [state, count] of Object.entries({ planned: 3, due: 2, active: 1, failed: 4 }))
    expect(told).toContain(`yoyaku_jobs{kind="send-email",state="${state}"} ${count}`);
  expect(told).toMatch(/yoyaku_jobs_oldest_due_seconds\{kind="send-email"\} (6\d|\d{3,})/);
  expect(told).not.toContain('yoyaku_jobs_oldest_due_seconds{kind="remind"}');
});

it('tells nothing while PostgreSQL is away', async () => {
  const registry = new Registry();
  exposeJobs(registry, { list: () => Promise.reject(new Error('away')) });
  expect(await registry.metrics()).not.toContain('kind=');
});
