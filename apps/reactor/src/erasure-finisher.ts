import { Injectable } from '@nestjs/common';
import { Customer, Erasure } from '@yoyaku/customers';
import { subjectOf } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import type { Duty } from './duty';

const AT_A_TIME = 200;

/**
 * Destroys the keys of the erased where the request that began it died half-way, or where a backup of PostgreSQL that
 * was put back has brought one to life; and, once no request can be under way any more, makes sure that nothing was
 * kept meanwhile that such a request answered.
 */
@Injectable()
export class ErasureFinisher implements Duty {
  readonly name = 'erasure-finisher';

  constructor(
    private readonly readModels: ReadModels,
    private readonly erasure: Erasure,
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
    for (const { customerId } of open) yield () => this.erasure.finish(customerId);
  }
}
