import type { ResourceEvent } from '@yoyaku/catalog/events';
import { defineProjection } from '@yoyaku/projecting';
import { resourceExceptions, resources } from './table';

/** Resources with their working hours, and the exceptions from these. */
export const resourcesProjection = defineProjection<ResourceEvent>()({
  name: 'resources',
  version: 2,
  tables: { resources, resourceExceptions },
  on: {
    ResourceCreated: ({ data: { resourceId: id, ...data }, at }, rows) =>
      rows.resources.put({ id, ...data, hours: null, createdAt: at }),
    ResourceChanged: ({ data: { resourceId: id, ...data } }, rows) => rows.resources.patch({ id }, data),
    ResourceRemoved: ({ data: { resourceId: id } }, rows) => rows.resources.delete({ id }),
    ResourceHoursSet: ({ data: { resourceId: id, hours } }, rows) => rows.resources.patch({ id }, { hours }),
    ResourceExceptionAdded: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.put({ id, ...data }),
    ResourceExceptionChanged: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.put({ id, ...data }),
    ResourceExceptionRemoved: ({ data: { exceptionId: id } }, rows) => rows.resourceExceptions.delete({ id }),
  },
});
