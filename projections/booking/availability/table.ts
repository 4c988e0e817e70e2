import type { Uuid } from '@yoyaku/kernel';
import { defineTable, localDate, text, uuid } from '@yoyaku/projecting';

/**
 * Taken time of one kind: a service ('' for a block), length and buffers before and after; then the start and the
 * people of each. All in minutes, starts from the date's UTC midnight, below zero when they were on an earlier date.
 */
export type BusyTimes = readonly [
  service: Uuid | '',
  length: number,
  before: number,
  after: number,
  startsAndPeople: readonly number[],
];

/** What is taken of a resource's day, a row per UTC date; what lasts longer stands in each date that it touches. */
export const busyDays = defineTable('busy_days', {
  columns: {
    resourceId: uuid,
    date: localDate,
    /** {@link BusyTimes}[] as JSON: as text, since PostgreSQL takes long to write out a jsonb, and a search reads hundreds. */
    busy: text,
  },
  key: ['resourceId', 'date'],
});
