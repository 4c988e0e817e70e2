import type { Actor } from '@yoyaku/eventing';
import { defineTable, instant, integer, json, long, nullable, type Row, sealed, text, uuid } from '@yoyaku/projecting';

/** The history of each booking, one row for each event. */
export const bookingHistory = defineTable('booking_history', {
  columns: {
    /** The event's. */
    id: uuid,
    /** booking | appointment, and which. */
    kind: text,
    bookingId: uuid,
    position: long,
    revision: integer,
    type: text,
    at: instant,
    actor: json<Pick<Actor, 'id' | 'role'>>(),
    /** The event's data. Personal values are null here; `sealed` holds them encrypted. */
    data: json<Readonly<Record<string, unknown>>>(),
    personal: nullable(sealed),
  },
  key: ['id'],
  appendOnly: true,
  indexes: [['kind', 'bookingId', 'position']],
});

export type HistoryRow = Row<typeof bookingHistory>;
