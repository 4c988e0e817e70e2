import { membershipEvents } from './membership.events';

it('a member of a build that knew no permissions besides those of the role has none', () => {
  const stored = {
    memberId: 'm',
    businessId: 'salon',
    userId: 'yuki',
    role: 'staff',
    locationIds: [],
    specializations: [],
  };
  for (const { upcasts } of [membershipEvents.StaffAssigned, membershipEvents.StaffAssignmentChanged])
    expect(upcasts?.[1]?.(stored)).toEqual({ ...stored, permissions: [] });
});
