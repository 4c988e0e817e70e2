import { NOTE } from '@yoyaku/customers/events';
import { boolean, defineAggregateTable, nullable, type Row, sealed, text, uuid } from '@yoyaku/projecting';

export const notes = defineAggregateTable('customer_notes', {
  of: NOTE,
  columns: {
    id: uuid,
    customerId: uuid,
    businessId: uuid,
    /** allergy | preference | restriction | general */
    kind: text,
    text: nullable(sealed),
    shared: boolean,
    authorId: nullable(uuid),
  },
  indexes: [['customerId', 'createdAt', 'id']],
});

export type StoredNote = Row<typeof notes>;
