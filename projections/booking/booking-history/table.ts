import type { Actor } from '@yoyaku/eventing';
import { defineTable, instant, integer, json, long, type Row, text, uuid } from '@yoyaku/projecting';

/** What happened to each booking, event by event. */
export const bookingHistory = defineTable('booking_history', {
  columns: {
    /** The event's. */
    id: uuid,
    bookingId: uuid,
    position: long,
    revision: integer,
    type: text,
    at: instant,
    actor: json<Pick<Actor, 'id' | 'role'>>(),
    data: json<Readonly<Record<string, unknown>>>(),
  },
  key: ['id'],
  indexes: [['bookingId', 'position']],
});

export type BookingHistoryRow = Row<typeof bookingHistory>;
