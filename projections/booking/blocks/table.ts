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
    /** The outside calendar that it comes from. */
    calendarId: nullable(uuid),
  },
  key: ['resourceId', 'id'],
  indexes: [['resourceId', 'startsAt', 'id']],
});

/** Calendars outside that tell when a resource is busy. */
export const outsideCalendars = definePartTable('outside_calendars', {
  columns: { resourceId: uuid, id: uuid, businessId: uuid, url: nullable(sealed) },
  key: ['resourceId', 'id'],
});

/** A block's revision is that of its resource's calendar, in whose stream it is. */
export const calendars = defineRevisionTable('calendars', CALENDAR);

export type StoredBlock = Row<typeof blocks>;
export type StoredCalendar = Row<typeof outsideCalendars>;
