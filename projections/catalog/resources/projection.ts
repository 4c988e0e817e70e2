import type { ResourceEvent } from '@yoyaku/catalog/events';
import { defineProjection } from '@yoyaku/projecting';
import { resourceExceptions, resourcePlaces, resources } from './table';

/** Resources with their working hours and places, and the exceptions from the hours. */
export const resourcesProjection = defineProjection<ResourceEvent>()({
  name: 'resources',
  version: 4,
  tables: { resources, resourcePlaces, resourceExceptions },
  on: {
    ResourceCreated: ({ data: { resourceId: id, ...data } }, rows) => {
      rows.resources.put({ id, ...data, hours: null });
      rows.resourcePlaces.put({ id, businessId: data.businessId, locationId: data.locationId });
    },
    ResourceChanged: ({ data: { resourceId: id, ...data } }, rows) => {
      rows.resources.patch({ id }, data);
      rows.resourcePlaces.patch({ id }, { locationId: data.locationId });
    },
    ResourceRemoved: ({ data: { resourceId: id } }, rows) => rows.resources.delete({ id }),
    ResourceHoursSet: ({ data: { resourceId: id, hours } }, rows) => rows.resources.patch({ id }, { hours }),
    ResourceExceptionAdded: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.put({ id, ...data }),
    ResourceExceptionChanged: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.patch({ id }, data),
    ResourceExceptionRemoved: ({ data: { exceptionId: id } }, rows) => rows.resourceExceptions.delete({ id }),
  },
});
