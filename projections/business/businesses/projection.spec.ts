import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import { type Unbranded } from '@yoyaku/kernel';
import { type GivenEvent, runProjection } from '@yoyaku/projecting';
import { businessesProjection } from './projection';

const businessId = '01900000-0000-7000-8000-000000000001';
const locationId = '01900000-0000-7000-8000-000000000002';
const settings = {
  slotIntervalMinutes: 15,
  minNoticeMinutes: 0,
  bookingWindowDays: 90,
  autoConfirm: true,
  holdMinutes: 15,
  pendingExpiryMinutes: 1440,
  slotAlignment: 'opening' as const,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoComplete: null,
  reminderHours: [24],
  depositRule: null,
  noShowFee: null,
};
const profile = {
  name: 'Salon Sakura',
  slug: 'salon-sakura',
  timeZone: 'Asia/Tokyo',
  locale: 'ja',
  verticalId: null,
  description: null,
};
const founding = { ownerId: '01900000-0000-7000-8000-00000000000a', currency: 'JPY', ...profile, settings };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const trialEndsAt = '2026-04-15T00:00:00Z';
const created: Unbranded<BusinessEvent> = { type: 'BusinessCreated', data: { businessId, ...founding, trialEndsAt } };
const of = <Type extends BusinessEvent['type']>(type: Type) => ({ type, data: { businessId } }) as BusinessEvent;

const rowsAfter = (...events: Unbranded<BusinessEvent>[]) =>
  runProjection(
    businessesProjection,
    [created, ...events].map((event) => ({ ...event, stream: `business-${businessId}` })),
  );

describe('the businesses projection', () => {
  it('holds a new business, pending review', () =>
    expect(rowsAfter().businesses).toEqual([
      {
        id: businessId,
        ...founding,
        status: 'pending_review',
        reason: null,
        hours: null,
        holidays: [],
        subscriptionState: 'trial',
        subscriptionEndsAt: trialEndsAt,
        subscriptionCancelledAt: null,
        revision: 0,
        ...times,
      },
    ]));

  it('follows profile, settings, hours and holidays', () => {
    const hours = [{ day: 1, opens: '09:00', closes: '18:00' }] as const;
    const holidays = [{ date: '2027-01-01', name: 'New Year' }];
    const { businesses } = rowsAfter(
      { type: 'BusinessProfileChanged', data: { businessId, ...profile, name: 'Sakura' } },
      { type: 'BusinessSettingsChanged', data: { businessId, settings: { ...settings, autoConfirm: false } } },
      { type: 'BusinessHoursSet', data: { businessId, hours } },
      { type: 'BusinessHolidaysSet', data: { businessId, holidays } },
    );
    expect(businesses).toMatchObject([{ name: 'Sakura', settings: { autoConfirm: false }, hours, holidays }]);
  });

  it.each<[string, string | null, Unbranded<BusinessEvent>[]]>([
    ['approved', null, [of('BusinessApproved')]],
    ['rejected', 'blurry', [{ type: 'BusinessRejected', data: { businessId, reason: 'blurry' } }]],
    [
      'pending_review',
      null,
      [{ type: 'BusinessRejected', data: { businessId, reason: 'blurry' } }, of('BusinessResubmitted')],
    ],
    [
      'suspended',
      'fraud',
      [of('BusinessApproved'), { type: 'BusinessSuspended', data: { businessId, reason: 'fraud' } }],
    ],
    [
      'approved',
      null,
      [{ type: 'BusinessSuspended', data: { businessId, reason: 'fraud' } }, of('BusinessReinstated')],
    ],
    ['closed', null, [of('BusinessClosed')]],
  ])('says %s (%s)', (status, reason, events) =>
    expect(rowsAfter(...events).businesses).toMatchObject([{ status, reason }]),
  );

  it('follows the subscription', () => {
    const state = (...events: Unbranded<BusinessEvent>[]) => {
      const [row] = rowsAfter(...events).businesses ?? [];
      return [row?.subscriptionState, row?.subscriptionEndsAt, row?.subscriptionCancelledAt];
    };
    const paid = {
      type: 'SubscriptionChanged',
      data: { businessId, state: 'active', endsAt: '2027-04-01T00:00:00Z' },
    } as const;
    expect(state(paid)).toEqual(['active', '2027-04-01T00:00:00Z', null]);
    expect(state(paid, of('SubscriptionCancelled'))).toEqual(['active', '2027-04-01T00:00:00Z', times.updatedAt]);
    expect(state(of('SubscriptionExpired'))).toEqual(['expired', times.updatedAt, null]);
    const past = { ...paid, data: { ...paid.data, endsAt: '2020-04-01T00:00:00Z' } };
    expect(state(past, of('SubscriptionExpired'))).toEqual(['expired', past.data.endsAt, null]);
    expect(state(of('SubscriptionCancelled'), of('SubscriptionExpired'), paid)[2]).toBeNull();
  });

  it('holds the roles to which the business gives permissions', () => {
    const set = (permissions: string[]) =>
      ({ type: 'RoleSet', data: { businessId, role: 'desk', permissions } }) as const;
    const rolesAfter = (...events: Unbranded<BusinessEvent>[]) => rowsAfter(...events).businessRoles;
    const row = { businessId, role: 'desk', permissions: ['bookings:*'] };
    expect(rolesAfter(set(['audit:read']), set(['bookings:*']))).toEqual([row]);
    expect(rolesAfter(set([]), { type: 'RoleRemoved', data: { businessId, role: 'desk' } })).toEqual([]);
  });

  it('holds the open locations', () => {
    const location = {
      businessId,
      name: 'Ginza',
      address: null,
      phone: null,
      coordinates: null,
      timeZone: null,
      hours: null,
    };
    const added: Unbranded<BusinessEvent> = { type: 'LocationAdded', data: { locationId, ...location } };
    const changed: Unbranded<BusinessEvent> = {
      type: 'LocationChanged',
      data: { locationId, ...location, name: 'Shibuya' },
    };
    const shut: Unbranded<BusinessEvent> = { type: 'LocationClosed', data: { businessId, locationId } };
    expect(rowsAfter(added).locations).toEqual([{ id: locationId, ...location, ...times }]);
    expect(rowsAfter(added, changed).locations).toEqual([{ id: locationId, ...location, name: 'Shibuya', ...times }]);
    expect(rowsAfter(added, shut).locations).toEqual([]);
  });

  it('knows who works for the business', () => {
    const hanako = { memberId: 'm', businessId, userId: 'hanako' };
    const stream = 'member-m';
    const details = { role: 'staff', locationIds: [], specializations: [], permissions: [] } as const;
    const assigned: GivenEvent<MembershipEvent> = { type: 'StaffAssigned', data: { ...hanako, ...details }, stream };
    const membersAfter = (...events: GivenEvent<MembershipEvent>[]) =>
      runProjection(businessesProjection, events).businessMembers;
    expect(membersAfter(assigned)).toEqual([{ businessId, userId: 'hanako' }]);
    expect(membersAfter(assigned, { type: 'StaffTerminated', data: hanako, stream })).toEqual([]);
  });
});
