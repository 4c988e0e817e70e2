import type { ListingEvent } from '@yoyaku/business/events';
import { isShared, type ServiceEvent } from '@yoyaku/catalog/events';
import { defineProjection, searchRow } from '@yoyaku/projecting';
import { serviceBusinesses, serviceSearch, services } from './table';

/** The services that businesses offer, and which businesses are listed. */
export const servicesProjection = defineProjection<ServiceEvent | ListingEvent>()({
  name: 'services',
  version: 6,
  tables: { services, serviceSearch, serviceBusinesses },
  on: {
    ServiceCreated: ({ data: { serviceId: id, ...data } }, rows) => {
      rows.services.put({ id, ...data, shared: isShared(data) });
      rows.serviceSearch.put(searchRow({ id, texts: [data.name, data.category, data.description] }));
    },
    ServiceChanged: ({ data: { serviceId: id, ...data } }, rows) => {
      rows.services.patch({ id }, { ...data, shared: isShared(data) });
      rows.serviceSearch.put(searchRow({ id, texts: [data.name, data.category, data.description] }));
    },
    ServiceRemoved: ({ data: { serviceId: id } }, rows) => {
      rows.services.delete({ id });
      rows.serviceSearch.delete({ id });
    },
    BusinessApproved: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.put({ id }),
    BusinessReinstated: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.put({ id }),
    BusinessSuspended: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.delete({ id }),
    BusinessClosed: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.delete({ id }),
  },
});
