import { type EventCatalog, type Fee, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const POLICY = 'policy';

/** What a late cancellation or a no-show costs. */
export interface PolicyDetails {
  readonly name: string;
  /** Up to this many hours before the start a customer may cancel free of charge. */
  readonly freeUntilHours: number;
  readonly lateFee: Fee | null;
  readonly noShowFee: Fee | null;
}

interface Policy {
  readonly policyId: Uuid;
  readonly businessId: Uuid;
}

export type PolicyEvent =
  | Message<'PolicyCreated', Policy & PolicyDetails>
  | Message<'PolicyChanged', Policy & PolicyDetails>
  | Message<'PolicyRemoved', Policy>;

export const policyEvents: EventCatalog<PolicyEvent> = {
  PolicyCreated: plain,
  PolicyChanged: plain,
  PolicyRemoved: plain,
};

/** The policy of services that name none. `null`: there is no such policy. */
export type DefaultPolicyEvent = Message<'DefaultPolicyChosen', { businessId: Uuid; policyId: Uuid | null }>;

export const defaultPolicyEvents: EventCatalog<DefaultPolicyEvent> = { DefaultPolicyChosen: plain };
