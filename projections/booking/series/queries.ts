import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { type SeriesRow, series } from './table';

/** Of one series, which the scope was given for: where its bookings are was looked at then. */
const OF_ONE = { business: 'businessId', isPart: true } as const;

@Injectable()
export class SeriesQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<SeriesRow | undefined> {
    return this.readModels.select(series, scope, OF_ONE).where({ id }).first();
  }
}
