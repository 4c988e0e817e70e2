import { type BusinessEvent, endOf, type MembershipEvent } from '@yoyaku/business/events';
import { defineProjection, searchRow } from '@yoyaku/projecting';
import { businesses, businessMembers, businessRoles, businessSearch, locations } from './table';

/** Businesses, their open locations and who works for them, as they are now. */
export const businessesProjection = defineProjection<BusinessEvent | MembershipEvent>()({
  name: 'businesses',
  version: 12,
  tables: { businesses, businessSearch, locations, businessMembers, businessRoles },
  ignored: ['BusinessCreationAbandoned', 'StaffInvited', 'StaffInvitationDeclined', 'StaffAssignmentChanged'],
  on: {
    BusinessCreated: ({ data: { businessId: id, trialEndsAt, ...data } }, rows) => {
      rows.businesses.put({
        ...data,
        id,
        subscriptionState: trialEndsAt ? 'trial' : 'active',
        subscriptionEndsAt: trialEndsAt,
        subscriptionCancelledAt: null,
        status: 'pending_review',
        reason: null,
        hours: null,
        holidays: [],
      });
      rows.businessSearch.put(searchRow({ id, texts: [data.name] }));
    },
    BusinessProfileChanged: ({ data: { businessId: id, ...profile } }, rows) => {
      rows.businesses.patch({ id }, profile);
      rows.businessSearch.put(searchRow({ id, texts: [profile.name] }));
    },
    BusinessSettingsChanged: ({ data: { businessId: id, settings } }, rows) =>
      rows.businesses.patch({ id }, { settings }),
    BusinessHoursSet: ({ data: { businessId: id, hours } }, rows) => rows.businesses.patch({ id }, { hours }),
    BusinessHolidaysSet: ({ data: { businessId: id, holidays } }, rows) => rows.businesses.patch({ id }, { holidays }),
    BusinessApproved: ({ data: { businessId: id } }, rows) =>
      rows.businesses.patch({ id }, { status: 'approved', reason: null }),
    BusinessRejected: ({ data: { businessId: id, reason } }, rows) =>
      rows.businesses.patch({ id }, { status: 'rejected', reason }),
    BusinessResubmitted: ({ data: { businessId: id } }, rows) =>
      rows.businesses.patch({ id }, { status: 'pending_review', reason: null }),
    BusinessSuspended: ({ data: { businessId: id, reason } }, rows) =>
      rows.businesses.patch({ id }, { status: 'suspended', reason }),
    BusinessReinstated: ({ data: { businessId: id } }, rows) =>
      rows.businesses.patch({ id }, { status: 'approved', reason: null }),
    BusinessClosed: ({ data: { businessId: id } }, rows) => rows.businesses.patch({ id }, { status: 'closed' }),
    SubscriptionChanged: ({ data: { businessId: id, state, endsAt } }, rows) =>
      rows.businesses.patch(
        { id },
        { subscriptionState: state, subscriptionEndsAt: endsAt, subscriptionCancelledAt: null },
      ),
    SubscriptionCancelled: ({ data: { businessId: id }, at }, rows) =>
      rows.businesses.patch({ id }, { subscriptionCancelledAt: at }),
    SubscriptionExpired: ({ data: { businessId: id }, at }, rows) => {
      const { subscriptionEndsAt: agreed = null } = rows.businesses.get({ id }) ?? {};
      rows.businesses.patch({ id }, { subscriptionState: 'expired', subscriptionEndsAt: endOf(agreed, at) });
    },
    RoleSet: ({ data: { businessId, role, permissions } }, rows) =>
      rows.businessRoles.put({ businessId, role, permissions }),
    RoleRemoved: ({ data: { businessId, role } }, rows) => rows.businessRoles.delete({ businessId, role }),
    LocationAdded: ({ data: { locationId: id, ...location } }, rows) => rows.locations.put({ id, ...location }),
    LocationChanged: ({ data: { locationId: id, businessId, ...location } }, rows) =>
      rows.locations.patch({ businessId, id }, location),
    LocationClosed: ({ data: { businessId, locationId: id } }, rows) => rows.locations.delete({ businessId, id }),
    StaffAssigned: ({ data: { businessId, userId } }, rows) => rows.businessMembers.put({ businessId, userId }),
    StaffTerminated: ({ data: { businessId, userId } }, rows) => rows.businessMembers.delete({ businessId, userId }),
  },
});
