import type { Uuid } from '@yoyaku/kernel';
import { defineTable, localDate, text, uuid } from '@yoyaku/projecting';

/**
 * Taken time of one kind: a service ('' for what nobody can join, such as a block), its length and buffers before and after; then start and people of
 * each entry. All times are in minutes. Starts count from the date's UTC midnight; they are negative on an earlier
 * date. Last, where they are known, the other resources that such sessions take.
 */
export type BusyTimes = readonly [
  service: Uuid | '',
  length: number,
  before: number,
  after: number,
  startsAndPeople: readonly number[],
  ...alongside: readonly [] | readonly [readonly Uuid[]],
];

/**
 * The taken time of a resource, one row for each UTC date. A longer entry is in the row of each date that it touches.
 */
export const busyDays = defineTable('busy_days', {
  columns: {
    resourceId: uuid,
    date: localDate,
    /**
     * {@link BusyTimes}[] as JSON: as text, since PostgreSQL takes long to write out a jsonb, and a search reads
     * hundreds.
     */
    busy: text,
  },
  key: ['resourceId', 'date'],
});
