import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { type TimelineRow, timeline } from './table';

/** Of a customer, who is in the scope. */
const OWNERSHIP = { business: 'businessId', isPart: true } as const;

/** The bookings whose entries are shown; undefined: all of them. Who asks may see those at some locations only. */
type Shown = readonly Uuid[] | undefined;

@Injectable()
export class TimelineQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** The latest first, unless asked otherwise. */
  of(scope: Scope, customerId: Uuid, shown: Shown, request: PageRequest): Promise<Page<TimelineRow>> {
    return this.select(scope, customerId, shown).page(['-position'], request);
  }

  /** The notes about a customer and their bookings, those that are gone too, the oldest first. */
  async thingsOf(
    scope: Scope,
    customerId: Uuid,
    shown: Shown,
  ): Promise<{ readonly noteIds: Uuid[]; readonly bookingIds: Uuid[] }> {
    const entries = await this.select(scope, customerId, shown).only('detail').ordered('position');
    const named = (by: string) => [...new Set(entries.flatMap(({ detail }) => (detail[by] as Uuid | undefined) ?? []))];
    return { noteIds: named('noteId'), bookingIds: named('bookingId') };
  }

  private select(scope: Scope, customerId: Uuid, shown: Shown): Selection<TimelineRow> {
    const all = this.readModels.select(timeline, scope, OWNERSHIP).where({ customerId });
    if (shown === undefined) return all;
    return all.and((row) => {
      const detail = row.column('detail');
      return `not ${detail} ? 'bookingId' or (${detail}->>'bookingId')::uuid = any(${row.value(shown)}::uuid[])`;
    });
  }
}
