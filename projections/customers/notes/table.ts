import { boolean, defineTable, instant, nullable, type Row, sealed, text, uuid } from '@yoyaku/projecting';

export const notes = defineTable('customer_notes', {
  columns: {
    id: uuid,
    customerId: uuid,
    businessId: uuid,
    /** allergy | preference | restriction | general */
    kind: text,
    text: nullable(sealed),
    shared: boolean,
    authorId: nullable(uuid),
    createdAt: instant,
  },
  key: ['id'],
  indexes: [['customerId', 'createdAt', 'id']],
});

export type StoredNote = Row<typeof notes>;
