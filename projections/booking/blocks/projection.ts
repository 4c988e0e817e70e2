import type { CalendarEvent } from '@yoyaku/booking/events';
import { sealedCopy } from '@yoyaku/eventing';
import { defineProjection } from '@yoyaku/projecting';
import { blocks, calendars, outsideCalendars } from './table';

/** The current blocks, and the outside calendars that some of them come from. Reasons and addresses stay encrypted. */
export const blocksProjection = defineProjection<CalendarEvent>()({
  name: 'blocks',
  version: 3,
  tables: { blocks, outsideCalendars, calendars },
  ignored: ['SlotReserved', 'SlotReleased'],
  on: {
    TimeBlocked: (event, rows) => {
      const { resourceId, blockId: id, businessId, start, end, calendarId } = event.data;
      const reason = sealedCopy(event);
      rows.blocks.put({ resourceId, id, businessId, startsAt: start, endsAt: end, reason, calendarId });
    },
    TimeUnblocked: ({ data: { resourceId, blockId: id } }, rows) => rows.blocks.delete({ resourceId, id }),
    OutsideCalendarLinked: (event, rows) => {
      const { resourceId, calendarId: id, businessId } = event.data;
      rows.outsideCalendars.put({ resourceId, id, businessId, url: sealedCopy(event) });
    },
    OutsideCalendarUnlinked: ({ data: { resourceId, calendarId: id } }, rows) =>
      rows.outsideCalendars.delete({ resourceId, id }),
  },
});
