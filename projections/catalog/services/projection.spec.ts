import type { ServiceEvent } from '@yoyaku/catalog/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { servicesProjection } from './projection';

const serviceId = '01900000-0000-7000-8000-000000000010';
const details = {
  businessId: '01900000-0000-7000-8000-000000000001',
  name: 'Cut',
  description: null,
  category: null,
  durationMinutes: 60,
  price: { amount: 8000, currency: 'JPY' },
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  capacity: 1,
  shared: null,
  pricing: 'booking',
  intervalMinutes: null,
  requirements: [{ anyOf: ['01900000-0000-7000-8000-00000000001a'] }],
  overrides: [],
  locationIds: [],
  policyId: null,
  depositRule: null,
} as const;
const created: Unbranded<ServiceEvent> = { type: 'ServiceCreated', data: { serviceId, ...details } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const row = { id: serviceId, ...details, shared: false, ...times, revision: 0 };

const rowsAfter = (...events: Unbranded<ServiceEvent>[]) =>
  runProjection(
    servicesProjection,
    events.map((event) => ({ ...event, stream: `service-${serviceId}` })),
  ).services;

describe('the services projection', () => {
  it('holds a service', () => expect(rowsAfter(created)).toEqual([row]));

  it('says whether strangers may join a session: of a class they may, unless it says otherwise', () => {
    const shownAs = (shared: boolean | null, capacity: number) =>
      rowsAfter({ type: 'ServiceCreated', data: { serviceId, ...details, shared, capacity } })[0]?.shared;
    expect([shownAs(null, 1), shownAs(null, 10), shownAs(false, 10), shownAs(true, 1)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('follows its changes', () =>
    expect(
      rowsAfter(created, { type: 'ServiceChanged', data: { serviceId, ...details, durationMinutes: 45 } }),
    ).toEqual([{ ...row, durationMinutes: 45, revision: 1 }]));

  it('forgets a removed one', () =>
    expect(rowsAfter(created, { type: 'ServiceRemoved', data: { serviceId, businessId: details.businessId } })).toEqual(
      [],
    ));

  it('knows which businesses are listed', () => {
    const [stream, data] = ['business-salon', { businessId: 'salon' }] as const;
    const listedAfter = (...types: ('BusinessApproved' | 'BusinessReinstated' | 'BusinessClosed')[]) =>
      runProjection(
        servicesProjection,
        types.map((type) => ({ type, data, stream })),
      ).serviceBusinesses;
    expect(listedAfter('BusinessApproved')).toEqual([{ id: 'salon' }]);
    expect(listedAfter('BusinessReinstated', 'BusinessClosed')).toEqual([]);
  });
});
