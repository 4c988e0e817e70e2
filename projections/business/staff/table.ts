import { defineTable, instant, type Row, text, texts, uuid, uuids } from '@yoyaku/projecting';

export const staff = defineTable('staff', {
  columns: {
    id: uuid,
    businessId: uuid,
    userId: uuid,
    role: text,
    /** active | terminated */
    status: text,
    locationIds: uuids,
    specializations: texts,
    createdAt: instant,
  },
  key: ['id'],
  indexes: [['businessId', 'createdAt', 'id'], ['userId']],
});

export type StaffRow = Row<typeof staff>;
