import type { DefaultPolicyEvent, PolicyEvent } from '@yoyaku/catalog/events';
import { defineProjection } from '@yoyaku/projecting';
import { defaultPolicies, policies } from './table';

/** Cancellation policies, and each business's default among them. */
export const policiesProjection = defineProjection<PolicyEvent | DefaultPolicyEvent>()({
  name: 'policies',
  version: 3,
  tables: { policies, defaultPolicies },
  on: {
    PolicyCreated: ({ data: { policyId: id, ...data } }, rows) => rows.policies.put({ id, ...data }),
    PolicyChanged: ({ data: { policyId: id, ...data } }, rows) => rows.policies.patch({ id }, data),
    PolicyRemoved: ({ data: { policyId: id } }, rows) => rows.policies.delete({ id }),
    DefaultPolicyChosen: ({ data: { businessId, policyId } }, rows) => {
      if (policyId === null) rows.defaultPolicies.delete({ businessId });
      else rows.defaultPolicies.put({ businessId, policyId });
    },
  },
});
