import type { CustomerEvent } from '@yoyaku/customers/events';
import { newUuid, type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { timelineProjection } from './projection';

const ids = {
  customerId: '01900000-0000-7000-8000-000000000030',
  businessId: '01900000-0000-7000-8000-000000000001',
};

describe('the timeline projection', () => {
  it('has an entry per event, without personal data', () => {
    const changed: Unbranded<CustomerEvent> = {
      type: 'CustomerChanged',
      data: { ...ids, name: 'Hanako', email: null, phone: null, birthday: null, locale: 'ja', assignedTo: null },
    };
    const tagged: Unbranded<CustomerEvent> = { type: 'CustomerTagged', data: { ...ids, tag: 'vip' } };
    const [first, second] = [newUuid(), newUuid()];
    expect(
      runProjection(timelineProjection, [
        { ...changed, id: first },
        { ...tagged, id: second },
      ]).timeline,
    ).toEqual([
      { id: first, ...ids, position: 1, at: '2026-04-01T00:00:00Z', type: 'CustomerChanged', detail: {} },
      { id: second, ...ids, position: 2, at: '2026-04-01T00:00:00Z', type: 'CustomerTagged', detail: {} },
    ]);
  });
});
