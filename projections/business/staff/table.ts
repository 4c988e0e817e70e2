import { MEMBER } from '@yoyaku/business/events';
import { defineAggregateTable, instant, nullable, type Row, text, texts, uuid, uuids } from '@yoyaku/projecting';

export const staff = defineAggregateTable('staff', {
  of: MEMBER,
  columns: {
    id: uuid,
    businessId: uuid,
    userId: uuid,
    role: text,
    /** invited | declined | active | terminated */
    status: text,
    /** Since when they are a member without a break; `null`: they are invited. */
    since: nullable(instant),
    locationIds: uuids,
    specializations: texts,
    permissions: texts,
  },
  indexes: [['businessId', 'createdAt', 'id'], ['userId']],
});

export type StaffRow = Row<typeof staff>;
