import { defineTable, instant, json, long, type Row, text, uuid } from '@yoyaku/projecting';

export const timeline = defineTable('customer_timeline', {
  columns: {
    /** The event's id. */
    id: uuid,
    customerId: uuid,
    businessId: uuid,
    position: long,
    at: instant,
    /** The event's type. */
    type: text,
    /** What the event says, without personal data. */
    detail: json<Readonly<Record<string, unknown>>>(),
  },
  key: ['id'],
  appendOnly: true,
  indexes: [['customerId', 'position', 'id']],
});

export type TimelineRow = Row<typeof timeline>;
