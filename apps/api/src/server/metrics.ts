import { Injectable } from '@nestjs/common';
import { countPassedOver } from '@yoyaku/composition';
import type { CommandOutcome, EventingMetrics } from '@yoyaku/eventing';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.025, 0.1, 0.5, 2.5];

/** What Prometheus reads of this process. */
@Injectable()
export class Metrics implements EventingMetrics {
  readonly registry = new Registry();

  /** Times and outcomes apart: as labels of one histogram every outcome of every route would multiply its buckets. */
  private readonly requests = new Histogram({
    name: 'yoyaku_http_request_duration_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly answers = new Counter({
    name: 'yoyaku_http_answers_total',
    help: 'Answers, by what became of the request: ok, cut_off (not sent whole), or the code of the problem',
    labelNames: ['method', 'route', 'outcome'] as const,
    registers: [this.registry],
  });

  private readonly commands = new Histogram({
    name: 'yoyaku_command_duration_seconds',
    help: 'Time from a command to its end',
    labelNames: ['command'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly commandOutcomes = new Counter({
    name: 'yoyaku_commands_total',
    help: 'Commands, by their outcome: ok, refused (a rule or If-Match said no), failed',
    labelNames: ['command', 'outcome'] as const,
    registers: [this.registry],
  });

  private readonly conflicts = new Counter({
    name: 'yoyaku_append_conflicts_total',
    help: 'Appends refused because the stream had moved',
    labelNames: ['category'] as const,
    registers: [this.registry],
  });

  private readonly snapshotsRefused = new Counter({
    name: 'yoyaku_snapshots_refused_total',
    help: 'Snapshots that were not used because they are not to be trusted; their streams were read whole',
    labelNames: ['category'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  command(command: string, outcome: CommandOutcome, seconds: number): void {
    this.commands.observe({ command }, seconds);
    this.commandOutcomes.inc({ command, outcome });
  }

  conflict(category: string): void {
    this.conflicts.inc({ category });
  }

  snapshotRefused(category: string): void {
    this.snapshotsRefused.inc({ category });
  }

  passedOver(count: () => number): void {
    countPassedOver(this.registry, count);
  }

  /** An answer that went out. `outcome` is `ok`, `cut_off` or the problem's code. */
  answered(method: string, route: string, outcome: string, seconds: number): void {
    this.requests.observe({ method, route }, seconds);
    this.answers.inc({ method, route, outcome });
  }
}
