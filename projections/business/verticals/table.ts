import { VERTICAL } from '@yoyaku/business/events';
import { defineAggregateTable, nullable, type Row, text, uuid } from '@yoyaku/projecting';

export const verticals = defineAggregateTable('verticals', {
  of: VERTICAL,
  columns: { id: uuid, name: text, description: nullable(text) },
  indexes: [['name', 'id']],
});

export type VerticalRow = Row<typeof verticals>;
