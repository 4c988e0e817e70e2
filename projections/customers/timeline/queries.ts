import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { TimelineRow } from './table';

@Injectable()
export class TimelineQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** The latest first, unless asked otherwise. */
  of(customerId: Uuid, request: PageRequest): Promise<Page<TimelineRow>> {
    const sql = 'select * from read.customer_timeline where customer_id = $1';
    return page(this.readModels, { sql, params: [customerId], sorts: ['-position'] }, request);
  }
}
