import { Injectable } from '@nestjs/common';
import { CUSTOMER } from '@yoyaku/customers/events';
import { subjectOf } from '@yoyaku/eventing';
import { epochMs, fromEpochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { LessThanOrEqual } from 'typeorm';
import { erasures } from './table';

@Injectable()
export class ErasureQueries {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * Customers who were erased that long ago, and whose keys have not been destroyed that long after it. Whether they were
   * stands with the keys, which are no read model.
   */
  async unfinished(now: Instant, graceMs: number, limit: number): Promise<Uuid[]> {
    const rows = await this.readModels
      .unscoped(erasures)
      .where({ erasedAt: LessThanOrEqual(fromEpochMs(epochMs(now) - graceMs)) })
      .and((row) => {
        const finished = `${row.column('erasedAt')} + ${row.value(graceMs)} * interval '1 ms'`;
        return `not exists (select from app.subject_keys k
          where k.subject = ${row.value(subjectOf(CUSTOMER, ''))} || ${row.column('customerId')}
            and k.destroyed_at >= ${finished})`;
      })
      .atRandom(limit);
    return rows.map(({ customerId }) => customerId);
  }
}
