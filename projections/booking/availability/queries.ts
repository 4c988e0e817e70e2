import { Injectable } from '@nestjs/common';
import { type Entry, type Timetable, timetableOf } from '@yoyaku/booking';
import { epochMs, type LocalDate, plusDays, type Uuid } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import type { BusyDayRow } from './table';

@Injectable()
export class AvailabilityQueries {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * What is taken of these resources' time between two local dates of any zone, both included; all else around it
   * may be missing. Every resource has a timetable.
   */
  async timetables(resourceIds: readonly Uuid[], from: LocalDate, to: LocalDate): Promise<Map<Uuid, Timetable>> {
    const first = plusDays(from, -1);
    const rows = await this.readModels.query<BusyDayRow>(
      'select * from read.busy_days where resource_id = any($1) and date between $2 and $3',
      [resourceIds, first, plusDays(to, 1)],
    );
    const entries = new Map<Uuid, Entry[]>(resourceIds.map((id) => [id, []]));
    for (const { resourceId, date, busy } of rows) {
      const midnight = epochMs(`${date}T00:00:00Z`);
      for (const [start, end, before, after, service, partySize] of busy) {
        // What began on an earlier date stands in that date's row too.
        if (start < midnight && date !== first) continue;
        entries.get(resourceId)?.push({ start, end, before, after, serviceId: service || null, partySize });
      }
    }
    return new Map([...entries].map(([id, taken]) => [id, timetableOf(taken)]));
  }
}
