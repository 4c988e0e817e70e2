import {
  type Aggregate,
  type Decider,
  type Instant,
  type Message,
  PLATFORM,
  recordOf,
  tenantOfBusiness,
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

const record = recordOf<KnownPolicy>({ taken: 'policy.id_taken', unknown: 'policy.not_found' });

const decider: Decider<PolicyState, PolicyStep, PolicyEvent> = {
  initial: { status: 'none' },
  decide: {
    CreatePolicy: ({ data }, state) => record.create(state, data, { type: 'PolicyCreated', data }),
    ChangePolicy: (command, state) => record.change(state, command.data, (data) => ({ type: 'PolicyChanged', data })),
    RemovePolicy: (_, state) =>
      record.remove(state, ({ policyId, businessId }) => ({ type: 'PolicyRemoved', data: { policyId, businessId } })),
  },
  evolve: {
    PolicyCreated: (_, { data, at }) => record.created(data, at),
    PolicyChanged: (state, { data }) => record.changed(state, data),
    PolicyRemoved: (state) => record.removed(state),
  },
};

export const Policy: Aggregate<PolicyState, PolicyStep, PolicyEvent, KnownPolicy> = {
  category: POLICY,
  decider,
  events: policyEvents,
  tenantOf: tenantOfBusiness,
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
