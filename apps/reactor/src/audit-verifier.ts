import { Injectable } from '@nestjs/common';
import type { Instant } from '@yoyaku/kernel';
import { VerificationRunner } from '@yoyaku/platform';
import type { Duty } from './duty';

/** Runs the verifications of history that were requested, and those that another reactor left when it died. */
@Injectable()
export class AuditVerifier implements Duty {
  readonly name = 'audit-verifications';
  readonly everyMs = 2_000;

  constructor(private readonly runner: VerificationRunner) {}

  async *due(_now: Instant, _graceMs: number, signal: AbortSignal): AsyncIterable<() => Promise<unknown>> {
    if (await this.runner.isWanted()) yield () => this.runner.run(signal);
  }
}
