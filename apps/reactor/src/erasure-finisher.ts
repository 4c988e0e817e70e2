import { Injectable } from '@nestjs/common';
import { ErasureQueries } from '@projections/customers';
import { UserQueries } from '@projections/identity';
import { FinishErasure } from '@yoyaku/customers';
import { Commands, systemContext } from '@yoyaku/eventing';
import { FinishUserErasure } from '@yoyaku/identity';
import type { Instant } from '@yoyaku/kernel';
import type { Duty } from './duty';

const AT_A_TIME = 200;

/**
 * Finishes erasures. It destroys a key that still exists because the request failed half-way, or because a backup of
 * PostgreSQL was restored. When no earlier request can be running any more, it also deletes the answers that were
 * stored for such requests meanwhile.
 */
@Injectable()
export class ErasureFinisher implements Duty {
  readonly name = 'erasure-finisher';
  readonly everyMs = 30_000;

  constructor(
    private readonly erasures: ErasureQueries,
    private readonly users: UserQueries,
    private readonly commands: Commands,
  ) {}

  async *due(now: Instant, graceMs: number): AsyncIterable<() => Promise<unknown>> {
    for (const customerId of await this.erasures.unfinished(now, graceMs, AT_A_TIME))
      yield () => this.commands.send(new FinishErasure(customerId, systemContext(this.name)));
    for (const userId of await this.users.unfinishedErasures(now, graceMs, AT_A_TIME))
      yield () => this.commands.send(new FinishUserErasure(userId, systemContext(this.name)));
  }
}
