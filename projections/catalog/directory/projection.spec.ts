import type { BusinessEvent, MembershipEvent } from '@yoyaku/business/events';
import type { ResourceEvent, ServiceEvent } from '@yoyaku/catalog/events';
import { type GivenEvent, runProjection } from '@yoyaku/projecting';
import { directoryProjection } from './projection';

type Given = GivenEvent<BusinessEvent | MembershipEvent | ServiceEvent | ResourceEvent>;

const businessId = 'salon';
const yen = (amount: number) => ({ amount, currency: 'JPY' });
const cut = {
  serviceId: 'cut',
  businessId,
  name: 'カット',
  description: null,
  category: 'Ｈａｉｒ',
  durationMinutes: 60,
  price: yen(8_000),
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  capacity: 1,
  shared: null,
  pricing: 'booking',
  intervalMinutes: null,
  requirements: [{ anyOf: ['yuki', 'ken'] }, { anyOf: ['room'] }],
  overrides: [
    { resourceId: 'ken', price: yen(6_000), durationMinutes: null },
    // The price is not theirs who meet another requirement.
    { resourceId: 'room', price: yen(1), durationMinutes: null },
  ],
  locationIds: [],
  policyId: null,
  depositRule: null,
} as const;
const yuki = {
  resourceId: 'yuki',
  businessId,
  name: 'Yuki',
  description: 'Colour',
  capacity: 1,
  locationId: null,
  userId: 'user',
};
const member = { memberId: 'member', businessId, userId: 'user' };
const assignment = { role: 'staff', locationIds: [], permissions: [], specializations: ['Balayage'] } as const;
const ginza = {
  locationId: 'ginza',
  businessId,
  name: 'Ginza',
  address: '4-1',
  phone: null,
  timeZone: null,
  hours: null,
};
const coordinates = { latitude: 35.67171234, longitude: -139.765 };

const rowsAfter = (...events: Given[]) => runProjection(directoryProjection, events);
const ofService = (type: 'ServiceCreated' | 'ServiceChanged', data: object = {}): Given =>
  ({ type, data: { ...cut, ...data }, stream: 'service-cut' }) as Given;
const ofStaff = (type: ResourceEvent['type'], data: object = {}): Given =>
  ({ type, data: { ...yuki, ...data }, stream: 'resource-yuki' }) as Given;
const ofMember = (type: MembershipEvent['type'], data: object = {}): Given =>
  ({ type, data: { ...member, ...data }, stream: 'member-member' }) as Given;
const ofBusiness = (type: BusinessEvent['type'], data: object = {}): Given =>
  ({ type, data: { businessId, ...data }, stream: 'business-salon' }) as Given;

describe('the directory', () => {
  it('knows what a service costs at least, and with whom', () => {
    const { directoryServices, directoryServiceTexts } = rowsAfter(ofService('ServiceCreated'));
    expect(directoryServices).toMatchObject([
      {
        id: 'cut',
        name: 'カット',
        category: 'hair',
        amount: 8_000,
        leastAmount: 6_000,
        currency: 'JPY',
        ownAmounts: { ken: 6_000, room: 1 },
        resourceIds: ['yuki', 'ken', 'room'],
      },
    ]);
    expect(directoryServiceTexts).toMatchObject([{ text: 'かっと\nhair' }]);
    const dearer = { requirements: [{ anyOf: ['yuki'] }], category: null };
    expect(rowsAfter(ofService('ServiceCreated'), ofService('ServiceChanged', dearer)).directoryServices).toMatchObject(
      [{ leastAmount: 8_000, category: null, resourceIds: ['yuki'] }],
    );
    const alone = { requirements: [], overrides: [] };
    expect(rowsAfter(ofService('ServiceCreated', alone)).directoryServices).toMatchObject([
      { leastAmount: 8_000, resourceIds: [] },
    ]);
  });

  it('forgets a service that is withdrawn', () => {
    const removed = { type: 'ServiceRemoved', data: { serviceId: 'cut', businessId }, stream: 'service-cut' } as const;
    const { directoryServices, directoryServiceTexts } = rowsAfter(ofService('ServiceCreated'), removed);
    expect([directoryServices, directoryServiceTexts]).toEqual([[], []]);
  });

  it('holds people, and no rooms', () => {
    const created = ofStaff('ResourceCreated', { kind: 'staff' });
    const textsOf = ({ directoryStaffTexts }: ReturnType<typeof rowsAfter>) =>
      directoryStaffTexts.map(({ text }) => text);
    expect(textsOf(rowsAfter(created))).toEqual(['yuki\ncolour']);
    const renamed = rowsAfter(created, ofStaff('ResourceChanged', { name: 'ユキ', locationId: 'ginza' }));
    expect([renamed.directoryStaff, textsOf(renamed)]).toMatchObject([
      [{ name: 'ユキ', locationId: 'ginza', userId: 'user' }],
      ['ゆき\ncolour'],
    ]);
    const room = rowsAfter(ofStaff('ResourceCreated', { kind: 'room' }), ofStaff('ResourceChanged', { name: 'Room' }));
    expect([room.directoryStaff, room.directoryStaffTexts]).toEqual([[], []]);
    const gone = rowsAfter(created, ofStaff('ResourceRemoved'));
    expect([gone.directoryStaff, gone.directoryStaffTexts]).toEqual([[], []]);
  });

  it('finds nobody by the name of who was erased', () => {
    const erased = rowsAfter(
      ofStaff('ResourceCreated', { kind: 'staff' }),
      ofStaff('ResourceChanged', { name: null, description: null }),
    );
    expect([erased.directoryStaff, erased.directoryStaffTexts]).toMatchObject([[{ name: '' }], [{ text: '' }]]);
  });

  it('knows who works there, and what they are good at', () => {
    const assigned = ofMember('StaffAssigned', assignment);
    const changed = ofMember('StaffAssignmentChanged', { ...assignment, specializations: ['Perm'] });
    expect(rowsAfter(assigned, changed)).toMatchObject({
      directoryMembers: [{ id: 'member', businessId, userId: 'user', specializations: ['Perm'] }],
      directoryMemberTexts: [{ text: 'perm' }],
    });
    const offered = rowsAfter(ofMember('StaffInvited', assignment), changed);
    expect([offered.directoryMembers, offered.directoryMemberTexts]).toEqual([[], []]);
    const left = rowsAfter(assigned, ofMember('StaffTerminated'));
    expect([left.directoryMembers, left.directoryMemberTexts]).toEqual([[], []]);
  });

  it('knows where open locations are', () => {
    const added = ofBusiness('LocationAdded', { ...ginza, coordinates });
    const row = { businessId, id: 'ginza', name: 'Ginza', address: '4-1' };
    expect(rowsAfter(added).directoryPlaces).toEqual([{ ...row, latitude: 35_671_712, longitude: -139_765_000 }]);
    const unknown = ofBusiness('LocationChanged', { ...ginza, coordinates: null });
    expect(rowsAfter(added, unknown).directoryPlaces).toEqual([{ ...row, latitude: null, longitude: null }]);
    expect(rowsAfter(added, ofBusiness('LocationClosed', { locationId: 'ginza' })).directoryPlaces).toEqual([]);
  });

  it.each<[boolean, BusinessEvent['type'][]]>([
    [false, []],
    [true, ['BusinessApproved']],
    [false, ['BusinessApproved', 'BusinessSuspended']],
    [true, ['BusinessApproved', 'BusinessSuspended', 'BusinessReinstated']],
    [false, ['BusinessApproved', 'BusinessClosed']],
  ])('lists a business: %s, after %j', (isListed, types) => {
    const events = types.map((type) => ofBusiness(type));
    expect(rowsAfter(ofBusiness('BusinessCreated', { ownerId: 'owner' }), ...events).directoryBusinesses).toEqual([
      { id: 'salon', ownerId: 'owner', isListed },
    ]);
  });
});
