import { Injectable } from '@nestjs/common';
import { bookingWithin } from '@projections/booking';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { TimelineRow } from './table';

/** Of a customer, who is in the scope: of what is at other locations only bookings are not shown. */
const OWNERSHIP: Ownership = {
  business: 'business_id',
  isPart: true,
  at: (locationIds) => `(not detail ? 'bookingId' or exists (select from read.bookings b
    where b.kind = 'booking' and b.id = (detail->>'bookingId')::uuid and ${bookingWithin(locationIds, 'b.resource_ids')}))`,
};

@Injectable()
export class TimelineQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** The latest first, unless asked otherwise. */
  of(scope: Scope, customerId: Uuid, request: PageRequest): Promise<Page<TimelineRow>> {
    const params: unknown[] = [customerId];
    const sql = `select * from read.customer_timeline where customer_id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`;
    return page(this.readModels, { sql, params, sorts: ['-position'] }, request);
  }

  /** The notes about a customer and their bookings, those that are gone too, the oldest first. */
  async thingsOf(scope: Scope, customerId: Uuid): Promise<{ readonly noteIds: Uuid[]; readonly bookingIds: Uuid[] }> {
    const params = [customerId];
    const ids = (name: string) =>
      `select detail->>'${name}' from entries where detail ? '${name}' group by 1 order by min(position)`;
    const [things] = await this.readModels.query<{ noteIds: Uuid[]; bookingIds: Uuid[] }>(
      `with entries as (select detail, position from read.customer_timeline where customer_id = $1
         and ${rowsIn(scope, OWNERSHIP, params)})
       select array(${ids('noteId')}) as note_ids, array(${ids('bookingId')}) as booking_ids`,
      params,
    );
    return things ?? { noteIds: [], bookingIds: [] };
  }
}
