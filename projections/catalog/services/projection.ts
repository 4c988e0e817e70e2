import type { ServiceEvent } from '@yoyaku/catalog/events';
import { defineProjection } from '@yoyaku/projecting';
import { services } from './table';

/** The services that businesses offer. */
export const servicesProjection = defineProjection<ServiceEvent>()({
  name: 'services',
  version: 3,
  tables: { services },
  on: {
    ServiceCreated: ({ data: { serviceId: id, ...data } }, rows) => rows.services.put({ id, ...data }),
    ServiceChanged: ({ data: { serviceId: id, ...data } }, rows) => rows.services.patch({ id }, data),
    ServiceRemoved: ({ data: { serviceId: id } }, rows) => rows.services.delete({ id }),
  },
});
