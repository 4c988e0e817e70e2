import { defineTable, json, localDate, type Row, uuid } from '@yoyaku/projecting';

/** Start and end (epoch ms), buffers before and after (ms), the service ('' for a block), people. */
export type BusyTime = readonly [
  start: number,
  end: number,
  before: number,
  after: number,
  service: string,
  people: number,
];

/** What is taken of a resource's day, a row per UTC date; what lasts longer stands in each date that it touches. */
export const busyDays = defineTable('busy_days', {
  columns: {
    resourceId: uuid,
    date: localDate,
    /** People in one session are added up. */
    busy: json<readonly BusyTime[]>(),
  },
  key: ['resourceId', 'date'],
});

export type BusyDayRow = Row<typeof busyDays>;
