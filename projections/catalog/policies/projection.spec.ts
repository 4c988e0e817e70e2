import type { DefaultPolicyEvent, PolicyEvent } from '@yoyaku/catalog/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { policiesProjection } from './projection';

const policyId = '01900000-0000-7000-8000-000000000010';
const businessId = '01900000-0000-7000-8000-000000000001';
const details = { businessId, name: 'Strict', freeUntilHours: 24, lateFee: { percent: 50 }, noShowFee: null };
const created: Unbranded<PolicyEvent> = { type: 'PolicyCreated', data: { policyId, ...details } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };
const row = { id: policyId, ...details, ...times, revision: 0 };
const chosen = (id: string | null): Unbranded<DefaultPolicyEvent> => ({
  type: 'DefaultPolicyChosen',
  data: { businessId, policyId: id },
});

const rowsAfter = (...events: (Unbranded<PolicyEvent> | Unbranded<DefaultPolicyEvent>)[]) =>
  runProjection(
    policiesProjection,
    events.map((event) => ({ ...event, stream: `policy-${policyId}` })),
  );

describe('the policies projection', () => {
  it('holds a policy', () => expect(rowsAfter(created).policies).toEqual([row]));

  it('follows its changes', () =>
    expect(
      rowsAfter(created, { type: 'PolicyChanged', data: { policyId, ...details, lateFee: null } }).policies,
    ).toEqual([{ ...row, lateFee: null, revision: 1 }]));

  it('forgets a removed one', () =>
    expect(rowsAfter(created, { type: 'PolicyRemoved', data: { policyId, businessId } }).policies).toEqual([]));

  it('knows the default', () => {
    expect(rowsAfter(chosen(policyId)).defaultPolicies).toEqual([{ businessId, policyId }]);
    expect(rowsAfter(chosen(policyId), chosen(null)).defaultPolicies).toEqual([]);
  });
});
