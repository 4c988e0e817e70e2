import { Injectable } from '@nestjs/common';
import { Customer, FinishErasure } from '@yoyaku/customers';
import { Commands, subjectOf, systemContext } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
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

  constructor(
    private readonly readModels: ReadModels,
    private readonly commands: Commands,
  ) {}

  async *due(now: Instant, graceMs: number): AsyncIterable<() => Promise<unknown>> {
    const open = await this.readModels.query<{ customerId: Uuid }>(
      `select customer_id from read.customer_erasures e
       where erased_at + $2 * interval '1 ms' <= $1 and not exists (
         select from app.subject_keys k
         where k.subject = $4 || e.customer_id and k.destroyed_at >= e.erased_at + $2 * interval '1 ms')
       limit $3`,
      [now, graceMs, AT_A_TIME, subjectOf(Customer.category, '')],
    );
    for (const { customerId } of open)
      yield () => this.commands.send(new FinishErasure(customerId, systemContext(this.name)));
  }
}
