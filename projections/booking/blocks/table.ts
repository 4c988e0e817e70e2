import { CALENDAR } from '@yoyaku/booking/events';
import { definePartTable, defineRevisionTable, instant, nullable, type Row, sealed, uuid } from '@yoyaku/projecting';

/** Time for which resources are blocked: time off, for example. */
export const blocks = definePartTable('blocks', {
  columns: {
    resourceId: uuid,
    id: uuid,
    businessId: uuid,
    startsAt: instant,
    endsAt: instant,
    reason: nullable(sealed),
  },
  key: ['resourceId', 'id'],
  indexes: [['resourceId', 'startsAt', 'id']],
});

/** A block's revision is that of its resource's calendar, in whose stream it is. */
export const calendars = defineRevisionTable('calendars', CALENDAR);

export type StoredBlock = Row<typeof blocks>;
