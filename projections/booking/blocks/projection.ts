import type { CalendarEvent } from '@yoyaku/booking/events';
import { sealedCopy } from '@yoyaku/eventing';
import { defineProjection } from '@yoyaku/projecting';
import { blocks, calendars } from './table';

/** The current blocks. Their reasons stay encrypted. */
export const blocksProjection = defineProjection<CalendarEvent>()({
  name: 'blocks',
  version: 2,
  tables: { blocks, calendars },
  ignored: ['SlotReserved', 'SlotReleased'],
  on: {
    TimeBlocked: (event, rows) => {
      const { resourceId, blockId: id, businessId, start, end } = event.data;
      rows.blocks.put({ resourceId, id, businessId, startsAt: start, endsAt: end, reason: sealedCopy(event) });
    },
    TimeUnblocked: ({ data: { resourceId, blockId: id } }, rows) => rows.blocks.delete({ resourceId, id }),
  },
});
