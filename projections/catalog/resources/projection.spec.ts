import type { MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent } from '@yoyaku/catalog/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { resourcesProjection } from './projection';

const resourceId = '01900000-0000-7000-8000-000000000010';
const exceptionId = '01900000-0000-7000-8000-000000000020';
const businessId = '01900000-0000-7000-8000-000000000001';
const ids = { resourceId, businessId };
const details = { businessId, name: 'Yuki', description: null, capacity: 1, locationId: null, userId: null };
const created: Unbranded<ResourceEvent> = { type: 'ResourceCreated', data: { resourceId, ...details, kind: 'staff' } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const row = { id: resourceId, ...details, kind: 'staff', hours: null, ...times, revision: 0 };
const off = { date: '2026-05-04', kind: 'off', hours: [] } as const;
const excepted: Unbranded<ResourceEvent> = { type: 'ResourceExceptionAdded', data: { ...ids, exceptionId, ...off } };

const rowsAfter = (...events: Unbranded<ResourceEvent>[]) =>
  runProjection(
    resourcesProjection,
    events.map((event) => ({ ...event, stream: `resource-${resourceId}` })),
  );

describe('the resources projection', () => {
  it('holds a resource', () => expect(rowsAfter(created).resources).toEqual([row]));

  it('follows its changes and its hours', () => {
    const hours = [{ day: 1, starts: '09:00', ends: '17:00' }] as const;
    const changed: Unbranded<ResourceEvent> = {
      type: 'ResourceChanged',
      data: { resourceId, ...details, capacity: 2 },
    };
    const set: Unbranded<ResourceEvent> = { type: 'ResourceHoursSet', data: { ...ids, hours } };
    expect(rowsAfter(created, set, changed).resources).toEqual([{ ...row, capacity: 2, hours, revision: 2 }]);
  });

  it('forgets a removed one', () =>
    expect(rowsAfter(created, { type: 'ResourceRemoved', data: ids }).resources).toEqual([]));

  it('knows where a resource is, also once it is removed', () => {
    const locationId = '01900000-0000-7000-8000-000000000030';
    const moved: Unbranded<ResourceEvent> = { type: 'ResourceChanged', data: { resourceId, ...details, locationId } };
    const removed: Unbranded<ResourceEvent> = { type: 'ResourceRemoved', data: ids };
    expect(rowsAfter(created).resourcePlaces).toMatchObject([{ id: resourceId, businessId, locationId: null }]);
    expect(rowsAfter(created, moved, removed).resourcePlaces).toMatchObject([
      { id: resourceId, businessId, locationId },
    ]);
  });

  it('knows who was invited and has not accepted, and who has left, until they come back', () => {
    const userId = '01900000-0000-7000-8000-000000000040';
    const member = { memberId: '01900000-0000-7000-8000-000000000050', businessId, userId };
    const assignment = { role: 'staff', locationIds: [], specializations: [], permissions: [] } as const;
    const came: Unbranded<MembershipEvent> = { type: 'StaffAssigned', data: { ...member, ...assignment } };
    const invited: Unbranded<MembershipEvent> = { type: 'StaffInvited', data: { ...member, ...assignment } };
    const declined: Unbranded<MembershipEvent> = { type: 'StaffInvitationDeclined', data: member };
    const left: Unbranded<MembershipEvent> = { type: 'StaffTerminated', data: member };
    const peopleAfter = (...events: Unbranded<MembershipEvent>[]) => {
      const stored = events.map((event) => ({ ...event, stream: `member-${member.memberId}` }));
      const { formerMembers: former, invitedMembers } = runProjection(resourcesProjection, stored);
      return { former, invited: invitedMembers };
    };
    const them = [{ businessId, userId }];
    expect(peopleAfter(came)).toEqual({ former: [], invited: [] });
    expect(peopleAfter(came, left)).toEqual({ former: them, invited: [] });
    expect(peopleAfter(came, left, came)).toEqual({ former: [], invited: [] });
    expect(peopleAfter(came, left, invited)).toEqual({ former: [], invited: them });
    expect(peopleAfter(invited, came)).toEqual({ former: [], invited: [] });
    for (const over of [declined, left]) expect(peopleAfter(invited, over)).toEqual({ former: them, invited: them });
    expect(peopleAfter(invited, declined, invited, came, left)).toEqual({ former: them, invited: [] });
  });

  it('holds exceptions', () => {
    const moved = { ...off, date: '2026-05-05' };
    const changed: Unbranded<ResourceEvent> = {
      type: 'ResourceExceptionChanged',
      data: { ...ids, exceptionId, ...moved },
    };
    const removed: Unbranded<ResourceEvent> = {
      type: 'ResourceExceptionRemoved',
      data: { ...ids, exceptionId, date: moved.date },
    };
    expect(rowsAfter(excepted).resourceExceptions).toEqual([{ id: exceptionId, ...ids, ...off, ...times }]);
    expect(rowsAfter(excepted, changed).resourceExceptions).toEqual([{ id: exceptionId, ...ids, ...moved, ...times }]);
    expect(rowsAfter(excepted, changed, removed).resourceExceptions).toEqual([]);
  });

  it('knows which businesses are listed', () => {
    const [stream, data] = ['business-salon', { businessId: 'salon' }] as const;
    const listedAfter = (...types: ('BusinessApproved' | 'BusinessReinstated' | 'BusinessClosed')[]) =>
      runProjection(
        resourcesProjection,
        types.map((type) => ({ type, data, stream })),
      ).resourceBusinesses;
    expect(listedAfter('BusinessApproved')).toEqual([{ id: 'salon' }]);
    expect(listedAfter('BusinessReinstated', 'BusinessClosed')).toEqual([]);
  });
});
