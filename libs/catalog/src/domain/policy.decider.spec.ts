import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { DefaultPolicy, Policy } from './policy.decider';
import type { DefaultPolicyEvent, PolicyEvent } from './policy.events';

const businessId = '01900000-0000-7000-8000-000000000001';
const policyId = '01900000-0000-7000-8000-000000000010';
const other = '01900000-0000-7000-8000-000000000011';

describe('a policy', () => {
  const { given } = specify(Policy.decider);
  const details = {
    policyId,
    businessId,
    name: 'Strict',
    freeUntilHours: 24,
    lateFee: { percent: 50 },
    noShowFee: null,
  };
  const created: Unbranded<PolicyEvent> = { type: 'PolicyCreated', data: details };
  const removed: Unbranded<PolicyEvent> = { type: 'PolicyRemoved', data: { policyId, businessId } };

  it('is created once', () => {
    given([]).when({ type: 'CreatePolicy', data: details }).then([created]);
    given([created]).when({ type: 'CreatePolicy', data: details }).thenNothing();
    given([created])
      .when({ type: 'CreatePolicy', data: { ...details, name: 'Lax' } })
      .thenRejects('policy.id_taken');
  });

  it('changes by what is given', () => {
    given([created])
      .when({ type: 'ChangePolicy', data: { lateFee: null } })
      .then([{ type: 'PolicyChanged', data: { ...details, lateFee: null } }]);
    given([created])
      .when({ type: 'ChangePolicy', data: { lateFee: { percent: 50 } } })
      .thenNothing();
  });

  it('is removed', () => {
    given([created]).when({ type: 'RemovePolicy', data: {} }).then([removed]);
    given([created, removed]).when({ type: 'RemovePolicy', data: {} }).thenNothing();
    given([created, removed]).when({ type: 'ChangePolicy', data: {} }).thenRejects('policy.not_found');
  });
});

describe('the default policy', () => {
  const { given } = specify(DefaultPolicy.decider);
  const chosen = (id: string | null): Unbranded<DefaultPolicyEvent> => ({
    type: 'DefaultPolicyChosen',
    data: { businessId, policyId: id },
  });

  it('is the one chosen last', () => {
    given([])
      .when({ type: 'ChooseDefaultPolicy', data: { businessId, policyId } })
      .then([chosen(policyId)]);
    given([chosen(other)])
      .when({ type: 'ChooseDefaultPolicy', data: { businessId, policyId } })
      .then([chosen(policyId)]);
    given([chosen(policyId)])
      .when({ type: 'ChooseDefaultPolicy', data: { businessId, policyId } })
      .thenNothing();
  });

  it('is dropped only if it is that one', () => {
    given([chosen(policyId)])
      .when({ type: 'DropDefaultPolicy', data: { businessId, policyId } })
      .then([chosen(null)]);
    given([chosen(other)])
      .when({ type: 'DropDefaultPolicy', data: { businessId, policyId } })
      .thenNothing();
  });
});
