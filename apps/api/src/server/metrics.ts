import { Injectable } from '@nestjs/common';
import type { AggregateStoreMetrics } from '@yoyaku/eventing';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What Prometheus reads of this process. */
@Injectable()
export class Metrics implements AggregateStoreMetrics {
  readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'yoyaku_http_request_duration_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly commands = new Histogram({
    name: 'yoyaku_command_duration_seconds',
    help: 'Time that commands took, by what became of them: ok, or the code of the refusal',
    labelNames: ['command', 'outcome'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly conflicts = new Counter({
    name: 'yoyaku_append_conflicts_total',
    help: 'Appends refused because the stream had moved',
    labelNames: ['category'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  conflict(category: string): void {
    this.conflicts.inc({ category });
  }

  /** An answer that went out. `outcome` is `ok` or the problem's code. */
  answered(method: string, route: string, status: number, outcome: string, seconds: number): void {
    this.requests.observe({ method, route, status }, seconds);
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') {
      this.commands.observe({ command: `${method} ${route}`, outcome }, seconds);
    }
  }
}
