import { newUuid, type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Service, type ServiceStep } from './service.decider';
import type { ServiceDetails, ServiceEvent } from './service.events';

const { given } = specify(Service.decider);

const ids = {
  serviceId: '01900000-0000-7000-8000-000000000010',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const [yuki, ken, room] = ['a', 'b', 'c'].map((digit) => `01900000-0000-7000-8000-00000000001${digit}`) as [
  string,
  string,
  string,
];
const details: Unbranded<ServiceDetails> = {
  name: 'Cut',
  description: null,
  category: 'Hair',
  durationMinutes: 60,
  price: { amount: 8000, currency: 'JPY' },
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  capacity: 1,
  shared: null,
  pricing: 'booking',
  intervalMinutes: null,
  requirements: [{ anyOf: [yuki, ken] }, { anyOf: [room] }],
  overrides: [{ resourceId: yuki, price: { amount: 9000, currency: 'JPY' }, durationMinutes: 90 }],
  locationIds: [],
  policyId: null,
  depositRule: null,
};
const create = (change: Partial<Unbranded<ServiceDetails>> = {}): Unbranded<ServiceStep> => ({
  type: 'CreateService',
  data: { ...ids, ...details, ...change },
});
const created: Unbranded<ServiceEvent> = { type: 'ServiceCreated', data: { ...ids, ...details } };
const removed: Unbranded<ServiceEvent> = { type: 'ServiceRemoved', data: ids };

describe('a service', () => {
  it('is created once', () => {
    given([]).when(create()).then([created]);
    given([created]).when(create()).thenNothing();
    given([created])
      .when(create({ name: 'Color' }))
      .thenRejects('service.id_taken');
  });

  it('changes by what is given', () => {
    const price = { amount: 8500, currency: 'JPY' };
    given([created])
      .when({ type: 'ChangeService', data: { price } })
      .then([{ type: 'ServiceChanged', data: { ...ids, ...details, price } }]);
    given([created])
      .when({ type: 'ChangeService', data: { price: details.price } })
      .thenNothing();
  });

  it('is removed', () => {
    given([created]).when({ type: 'RemoveService', data: {} }).then([removed]);
    given([created, removed]).when({ type: 'RemoveService', data: {} }).thenNothing();
    given([created, removed]).when({ type: 'ChangeService', data: {} }).thenRejects('service.not_found');
  });

  it('needs no more than two hundred different resources', () => {
    const anyOf = (count: number) => Array.from({ length: count }, () => newUuid());
    const needing = (...counts: number[]) =>
      create({ overrides: [], requirements: counts.map((count) => ({ anyOf: anyOf(count) })) });
    given([])
      .when(needing(100, 100, 1))
      .thenRejects('service.too_many_resources');
    const same = anyOf(100);
    const shared = create({ overrides: [], requirements: Array(10).fill({ anyOf: same }) });
    given([])
      .when(shared)
      .then([{ type: 'ServiceCreated', data: shared.data as typeof created.data }]);
  });

  it('overrides what its own resources take and cost, each once', () => {
    const [override] = details.overrides as [ServiceDetails['overrides'][number]];
    given([])
      .when(create({ overrides: [{ ...override, resourceId: ids.serviceId }] }))
      .thenRejects('service.override_unrelated');
    given([])
      .when(create({ overrides: [override, override] }))
      .thenRejects('service.override_repeated');
    given([created])
      .when({ type: 'ChangeService', data: { requirements: [{ anyOf: [ken] }] } })
      .thenRejects('service.override_unrelated');
  });

  it('has one currency', () => {
    given([])
      .when(
        create({ overrides: [{ resourceId: yuki, price: { amount: 90, currency: 'USD' }, durationMinutes: null }] }),
      )
      .thenRejects('money.currency_mismatch');
    given([])
      .when(create({ depositRule: { amount: { amount: 90, currency: 'USD' } } }))
      .thenRejects('money.currency_mismatch');
  });
});
