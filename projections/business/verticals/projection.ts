import type { VerticalEvent } from '@yoyaku/business/events';
import { defineProjection } from '@yoyaku/projecting';
import { verticals } from './table';

/** The categories that businesses can be of. */
export const verticalsProjection = defineProjection<VerticalEvent>()({
  name: 'verticals',
  version: 1,
  tables: { verticals },
  on: {
    VerticalCreated: ({ data: { verticalId: id, ...data } }, rows) => rows.verticals.put({ id, ...data }),
    VerticalChanged: ({ data: { verticalId: id, ...data } }, rows) => rows.verticals.patch({ id }, data),
    VerticalRemoved: ({ data: { verticalId: id } }, rows) => rows.verticals.delete({ id }),
  },
});
