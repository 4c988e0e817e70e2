import { defineTable, instant, nullable, type Row, sealed, uuid } from '@yoyaku/projecting';

/** Time for which resources are blocked: time off, and whatever else keeps them. */
export const blocks = defineTable('blocks', {
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

export type StoredBlock = Row<typeof blocks>;
