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

  /** The notes about a customer and their bookings, those that are gone too, the oldest first. */
  async thingsOf(customerId: Uuid): Promise<{ readonly noteIds: Uuid[]; readonly bookingIds: Uuid[] }> {
    const ids = (name: string) =>
      `select detail->>'${name}' from entries where detail ? '${name}' group by 1 order by min(position)`;
    const [things] = await this.readModels.query<{ noteIds: Uuid[]; bookingIds: Uuid[] }>(
      `with entries as (select detail, position from read.customer_timeline where customer_id = $1)
       select array(${ids('noteId')}) as note_ids, array(${ids('bookingId')}) as booking_ids`,
      [customerId],
    );
    return things ?? { noteIds: [], bookingIds: [] };
  }
}
