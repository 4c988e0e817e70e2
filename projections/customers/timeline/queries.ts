import { Injectable } from '@nestjs/common';
import { bookingWithin } from '@projections/booking';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { TimelineRow } from './table';

@Injectable()
export class TimelineQueries {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * The latest first, unless asked otherwise. Of bookings only those at one of the locations, or at none in particular;
   * without locations, all.
   */
  of(customerId: Uuid, within: readonly Uuid[], request: PageRequest): Promise<Page<TimelineRow>> {
    const all = 'select * from read.customer_timeline where customer_id = $1';
    const limited = `${all} and (not detail ? 'bookingId' or exists (select from read.bookings b
      where b.kind = 'booking' and b.id = (detail->>'bookingId')::uuid and ${bookingWithin('$2', 'b.resource_ids')}))`;
    const query =
      within.length > 0 ? { sql: limited, params: [customerId, within] } : { sql: all, params: [customerId] };
    return page(this.readModels, { ...query, sorts: ['-position'] }, request);
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
