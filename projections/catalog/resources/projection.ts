import type { ListingEvent, MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent } from '@yoyaku/catalog/events';
import { defineProjection, searchRow } from '@yoyaku/projecting';
import {
  formerMembers,
  invitedMembers,
  resourceBusinesses,
  resourceExceptions,
  resourcePlaces,
  resourceSearch,
  resources,
} from './table';

/** Resources with their working hours, places and exceptions; whose person has left or has not said yes; which businesses are listed. */
export const resourcesProjection = defineProjection<ResourceEvent | MembershipEvent | ListingEvent>()({
  name: 'resources',
  version: 10,
  tables: {
    resources,
    resourceSearch,
    resourcePlaces,
    resourceExceptions,
    formerMembers,
    invitedMembers,
    resourceBusinesses,
  },
  ignored: ['StaffAssignmentChanged'],
  on: {
    ResourceCreated: ({ data: { resourceId: id, ...data } }, rows) => {
      rows.resources.put({ id, ...data, hours: null });
      rows.resourceSearch.put(searchRow({ id, texts: [data.name, data.description] }));
      rows.resourcePlaces.put({ id, businessId: data.businessId, locationId: data.locationId });
    },
    ResourceChanged: ({ data: { resourceId: id, ...data } }, rows) => {
      rows.resources.patch({ id }, data);
      rows.resourceSearch.put(searchRow({ id, texts: [data.name, data.description] }));
      rows.resourcePlaces.patch({ id }, { locationId: data.locationId });
    },
    ResourceRemoved: ({ data: { resourceId: id } }, rows) => {
      rows.resources.delete({ id });
      rows.resourceSearch.delete({ id });
    },
    ResourceHoursSet: ({ data: { resourceId: id, hours } }, rows) => rows.resources.patch({ id }, { hours }),
    ResourceExceptionAdded: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.put({ id, ...data }),
    ResourceExceptionChanged: ({ data: { exceptionId: id, ...data } }, rows) =>
      rows.resourceExceptions.patch({ id }, data),
    ResourceExceptionRemoved: ({ data: { exceptionId: id } }, rows) => rows.resourceExceptions.delete({ id }),
    StaffInvited: ({ data: { businessId, userId } }, rows) => {
      rows.formerMembers.delete({ businessId, userId });
      rows.invitedMembers.put({ businessId, userId });
    },
    StaffInvitationDeclined: ({ data: { businessId, userId } }, rows) => {
      rows.formerMembers.put({ businessId, userId });
    },
    StaffAssigned: ({ data: { businessId, userId } }, rows) => {
      rows.formerMembers.delete({ businessId, userId });
      rows.invitedMembers.delete({ businessId, userId });
    },
    StaffTerminated: ({ data: { businessId, userId } }, rows) => {
      rows.formerMembers.put({ businessId, userId });
    },
    BusinessApproved: ({ data: { businessId: id } }, rows) => rows.resourceBusinesses.put({ id }),
    BusinessReinstated: ({ data: { businessId: id } }, rows) => rows.resourceBusinesses.put({ id }),
    BusinessSuspended: ({ data: { businessId: id } }, rows) => rows.resourceBusinesses.delete({ id }),
    BusinessClosed: ({ data: { businessId: id } }, rows) => rows.resourceBusinesses.delete({ id }),
  },
});
