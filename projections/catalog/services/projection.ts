import type { ListingEvent } from '@yoyaku/business/events';
import { isShared, type ServiceEvent } from '@yoyaku/catalog/events';
import { defineProjection } from '@yoyaku/projecting';
import { serviceBusinesses, services } from './table';

/** The services that businesses offer, and which businesses are listed. */
export const servicesProjection = defineProjection<ServiceEvent | ListingEvent>()({
  name: 'services',
  version: 5,
  tables: { services, serviceBusinesses },
  on: {
    ServiceCreated: ({ data: { serviceId: id, ...data } }, rows) =>
      rows.services.put({ id, ...data, shared: isShared(data) }),
    ServiceChanged: ({ data: { serviceId: id, ...data } }, rows) =>
      rows.services.patch({ id }, { ...data, shared: isShared(data) }),
    ServiceRemoved: ({ data: { serviceId: id } }, rows) => rows.services.delete({ id }),
    BusinessApproved: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.put({ id }),
    BusinessReinstated: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.put({ id }),
    BusinessSuspended: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.delete({ id }),
    BusinessClosed: ({ data: { businessId: id } }, rows) => rows.serviceBusinesses.delete({ id }),
  },
});
