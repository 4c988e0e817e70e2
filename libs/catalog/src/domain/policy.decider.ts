import {
  type Aggregate,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  isSame,
  type Message,
  PLATFORM,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import {
  type DefaultPolicyEvent,
  defaultPolicyEvents,
  POLICY,
  type PolicyDetails,
  type PolicyEvent,
  policyEvents,
} from './policy.events';

/** Steps of commands in `application/`, which also see to what is the business's default. */
export type PolicyStep =
  | Message<'CreatePolicy', PolicyDetails & { policyId: Uuid; businessId: Uuid }>
  | Message<'ChangePolicy', Partial<PolicyDetails>>
  | Message<'RemovePolicy', object>;

export interface KnownPolicy extends PolicyDetails {
  readonly status: 'active' | 'removed';
  readonly policyId: Uuid;
  readonly businessId: Uuid;
  readonly createdAt: Instant;
}

export type PolicyState = { readonly status: 'none' } | KnownPolicy;

const decider: Decider<PolicyState, PolicyStep, PolicyEvent> = {
  initial: { status: 'none' },
  decide: {
    CreatePolicy: ({ data }, state) => {
      if (state.status !== 'none') {
        const { status, createdAt: _, ...current } = state;
        ensure(status === 'active' && isSame(data, current), 'policy.id_taken');
        return [];
      }
      return [{ type: 'PolicyCreated', data }];
    },
    ChangePolicy: ({ data }, state) => {
      const { status: _, createdAt: __, ...current } = active(state);
      const changed = { ...current, ...data };
      return isSame(changed, current) ? [] : [{ type: 'PolicyChanged', data: changed }];
    },
    RemovePolicy: (_, state) => {
      if (state.status === 'removed') return [];
      const { policyId, businessId } = active(state);
      return [{ type: 'PolicyRemoved', data: { policyId, businessId } }];
    },
  },
  evolve: {
    PolicyCreated: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    PolicyChanged: (state, { data }) => ({ ...(state as KnownPolicy), ...data }),
    PolicyRemoved: (state) => ({ ...(state as KnownPolicy), status: 'removed' }),
  },
};

function active(state: PolicyState): KnownPolicy {
  if (state.status !== 'active') throw new DomainError('policy.not_found');
  return state;
}

export const Policy: Aggregate<PolicyState, PolicyStep, PolicyEvent, KnownPolicy> = {
  category: POLICY,
  decider,
  events: policyEvents,
  tenantOf: (state) => (state.status === 'none' ? PLATFORM : state.businessId),
  known: unlessNone('policy.not_found'),
};

export type DefaultPolicyCommand =
  | Message<'ChooseDefaultPolicy', { businessId: Uuid; policyId: Uuid }>
  /** Has no effect unless this policy is the default. */
  | Message<'DropDefaultPolicy', { businessId: Uuid; policyId: Uuid }>;

export interface DefaultPolicyState {
  readonly businessId: Uuid | null;
  readonly policyId: Uuid | null;
}

/** One stream per business, named by the business's id, so that a business never has two defaults. */
export const DefaultPolicy: Aggregate<DefaultPolicyState, DefaultPolicyCommand, DefaultPolicyEvent> = {
  category: 'default_policy',
  events: defaultPolicyEvents,
  tenantOf: ({ businessId }) => businessId ?? PLATFORM,
  decider: {
    initial: { businessId: null, policyId: null },
    decide: {
      ChooseDefaultPolicy: ({ data }, { policyId }) =>
        policyId === data.policyId ? [] : [{ type: 'DefaultPolicyChosen', data }],
      DropDefaultPolicy: ({ data: { businessId, policyId } }, state) =>
        state.policyId === policyId ? [{ type: 'DefaultPolicyChosen', data: { businessId, policyId: null } }] : [],
    },
    evolve: { DefaultPolicyChosen: (_, { data }) => data },
  },
};
