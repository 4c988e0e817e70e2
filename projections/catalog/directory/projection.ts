import type { BusinessEvent, LocationDetails, MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent, ServiceDetails, ServiceEvent } from '@yoyaku/catalog/events';
import type { Uuid } from '@yoyaku/kernel';
import { defineProjection, folded, searchRow } from '@yoyaku/projecting';
import {
  directoryBusinesses,
  directoryMembers,
  directoryMemberTexts,
  directoryPlaces,
  directoryServices,
  directoryServiceTexts,
  directoryStaff,
  directoryStaffTexts,
} from './table';

/** What a search over all businesses goes by: services, staff, who still works there, where they are, which are listed. */
export const directoryProjection = defineProjection<BusinessEvent | MembershipEvent | ServiceEvent | ResourceEvent>()({
  name: 'directory',
  version: 2,
  tables: {
    directoryServices,
    directoryServiceTexts,
    directoryStaff,
    directoryStaffTexts,
    directoryMembers,
    directoryMemberTexts,
    directoryPlaces,
    directoryBusinesses,
  },
  ignored: [
    'BusinessCreationAbandoned',
    'StaffInvited',
    'StaffInvitationDeclined',
    'BusinessProfileChanged',
    'BusinessSettingsChanged',
    'BusinessHoursSet',
    'BusinessHolidaysSet',
    'BusinessRejected',
    'BusinessResubmitted',
    'SubscriptionChanged',
    'SubscriptionCancelled',
    'SubscriptionExpired',
    'RoleSet',
    'RoleRemoved',
    'ResourceHoursSet',
    'ResourceExceptionAdded',
    'ResourceExceptionChanged',
    'ResourceExceptionRemoved',
  ],
  on: {
    ServiceCreated: ({ data: { serviceId: id, businessId, ...service } }, rows) => {
      rows.directoryServices.put({ id, businessId, ...offerOf(service) });
      rows.directoryServiceTexts.put(textsOf(id, service));
    },
    ServiceChanged: ({ data: { serviceId: id, businessId: _, ...service } }, rows) => {
      rows.directoryServices.patch({ id }, offerOf(service));
      rows.directoryServiceTexts.put(textsOf(id, service));
    },
    ServiceRemoved: ({ data: { serviceId: id } }, rows) => {
      rows.directoryServices.delete({ id });
      rows.directoryServiceTexts.delete({ id });
    },
    ResourceCreated: ({ data: { resourceId: id, kind, businessId, name, description, locationId, userId } }, rows) => {
      if (kind !== 'staff') return;
      rows.directoryStaff.put({ id, businessId, name: name ?? '', locationId, userId });
      rows.directoryStaffTexts.put(searchRow({ id, texts: [name, description] }));
    },
    ResourceChanged: ({ data: { resourceId: id, name, description, locationId, userId } }, rows) => {
      if (!rows.directoryStaff.get({ id })) return;
      rows.directoryStaff.patch({ id }, { name: name ?? '', locationId, userId });
      rows.directoryStaffTexts.put(searchRow({ id, texts: [name, description] }));
    },
    ResourceRemoved: ({ data: { resourceId: id } }, rows) => {
      rows.directoryStaff.delete({ id });
      rows.directoryStaffTexts.delete({ id });
    },
    StaffAssigned: ({ data: { memberId: id, businessId, userId, specializations } }, rows) => {
      rows.directoryMembers.put({ id, businessId, userId, specializations });
      rows.directoryMemberTexts.put(searchRow({ id, texts: specializations }));
    },
    StaffAssignmentChanged: ({ data: { memberId: id, businessId, userId, specializations } }, rows) => {
      // Of an invitation.
      if (!rows.directoryMembers.get({ businessId, userId })) return;
      rows.directoryMembers.patch({ businessId, userId }, { specializations });
      rows.directoryMemberTexts.put(searchRow({ id, texts: specializations }));
    },
    StaffTerminated: ({ data: { memberId: id, businessId, userId } }, rows) => {
      rows.directoryMembers.delete({ businessId, userId });
      rows.directoryMemberTexts.delete({ id });
    },
    LocationAdded: ({ data: { locationId: id, businessId, ...location } }, rows) =>
      rows.directoryPlaces.put({ id, businessId, ...placeOf(location) }),
    LocationChanged: ({ data: { locationId: id, businessId, ...location } }, rows) =>
      rows.directoryPlaces.patch({ businessId, id }, placeOf(location)),
    LocationClosed: ({ data: { businessId, locationId: id } }, rows) => rows.directoryPlaces.delete({ businessId, id }),
    BusinessCreated: ({ data: { businessId: id, ownerId } }, rows) =>
      rows.directoryBusinesses.put({ id, ownerId, isListed: false }),
    BusinessApproved: ({ data: { businessId: id } }, rows) =>
      rows.directoryBusinesses.patch({ id }, { isListed: true }),
    BusinessReinstated: ({ data: { businessId: id } }, rows) =>
      rows.directoryBusinesses.patch({ id }, { isListed: true }),
    BusinessSuspended: ({ data: { businessId: id } }, rows) =>
      rows.directoryBusinesses.patch({ id }, { isListed: false }),
    BusinessClosed: ({ data: { businessId: id } }, rows) => rows.directoryBusinesses.patch({ id }, { isListed: false }),
  },
});

function offerOf({ name, category, price, requirements, overrides, locationIds }: ServiceDetails) {
  const own = overrides.flatMap(({ resourceId, price }) => (price ? [[resourceId, price.amount] as const] : []));
  const ownAmounts: Readonly<Record<string, number>> = Object.fromEntries(own);
  // The price is that of who meets the first requirement.
  const amounts = (requirements[0]?.anyOf ?? []).map((id) => ownAmounts[id] ?? price.amount);
  return {
    name,
    category: category === null ? null : folded(category),
    amount: price.amount,
    leastAmount: amounts.length > 0 ? Math.min(...amounts) : price.amount,
    currency: price.currency,
    ownAmounts,
    resourceIds: [...new Set(requirements.flatMap(({ anyOf }) => anyOf))],
    locationIds,
  };
}

const textsOf = (id: Uuid, { name, category, description }: ServiceDetails) =>
  searchRow({ id, texts: [name, category, description] });

const placeOf = ({ name, address, coordinates }: LocationDetails) => ({
  name,
  address,
  latitude: coordinates && millionths(coordinates.latitude),
  longitude: coordinates && millionths(coordinates.longitude),
});

const millionths = (degrees: number): number => Math.round(degrees * 1e6);
