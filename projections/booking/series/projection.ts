import type { SeriesEvent } from '@yoyaku/booking/events';
import { defineProjection } from '@yoyaku/projecting';
import { series } from './table';

/** The series of bookings, as they were asked for. */
export const seriesProjection = defineProjection<SeriesEvent>()({
  name: 'series',
  version: 1,
  tables: { series },
  ignored: ['SeriesAbandoned'],
  on: {
    SeriesRequested: ({ data: { seriesId: id, occurrences, serviceName: _, terms: __, ...data } }, { series }) =>
      series.put({ id, ...data, bookingIds: occurrences.map(({ bookingId }) => bookingId) }),
  },
});
