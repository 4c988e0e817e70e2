import { MEMBER } from '@yoyaku/business/events';
import { defineAggregateTable, type Row, text, texts, uuid, uuids } from '@yoyaku/projecting';

export const staff = defineAggregateTable('staff', {
  of: MEMBER,
  columns: {
    id: uuid,
    businessId: uuid,
    userId: uuid,
    role: text,
    /** active | terminated */
    status: text,
    locationIds: uuids,
    specializations: texts,
    permissions: texts,
  },
  indexes: [['businessId', 'createdAt', 'id'], ['userId']],
});

export type StaffRow = Row<typeof staff>;
