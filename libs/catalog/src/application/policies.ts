import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  type Load,
  recheckRefusal,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, ensure, type Fee, type Uuid } from '@yoyaku/kernel';
import {
  DefaultPolicy,
  type DefaultPolicyCommand,
  type KnownPolicy,
  Policy,
  type PolicyCommand,
  type PolicyState,
} from '../domain/policy.decider';
import type { PolicyDetails } from '../domain/policy.events';
import { CatalogFacts } from './catalog-facts';

/** Cancellation policies, of which each business may have one as its default. */
@Injectable()
export class Policies {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly facts: CatalogFacts,
  ) {}

  /** Throws `money.currency_mismatch`, `business.closed`, `policy.id_taken`. */
  async create(
    policy: PolicyDetails & { policyId: Uuid; businessId: Uuid },
    isDefault: boolean,
    context: CommandContext,
  ): Promise<Versioned<PolicyState, KnownPolicy>> {
    await recheckRefusal((load) => this.ensureCurrency(policy.businessId, policy, load));
    const outcome = await this.execute(policy.policyId, { type: 'CreatePolicy', data: policy }, context);
    return this.settle(outcome, isDefault, context);
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `policy.not_found`. */
  async change(
    policyId: Uuid,
    change: Partial<PolicyDetails>,
    isDefault: boolean | undefined,
    context: CommandContext,
  ): Promise<Versioned<PolicyState, KnownPolicy>> {
    await recheckRefusal(async (load) => {
      const policy = await this.facts.policy(policyId, load);
      if (policy.status !== 'active') throw new DomainError('policy.not_found');
      await this.ensureCurrency(policy.businessId, change, load);
    });
    const outcome = await this.execute(policyId, { type: 'ChangePolicy', data: change }, context);
    return isDefault === undefined ? outcome : this.settle(outcome, isDefault, context);
  }

  async remove(policyId: Uuid, context: CommandContext): Promise<Versioned<PolicyState, KnownPolicy>> {
    const outcome = await this.execute(policyId, { type: 'RemovePolicy', data: {} }, context);
    return this.settle(outcome, false, context);
  }

  /** The policy that holds in the business where a service names none. */
  async defaultOf(businessId: Uuid): Promise<Uuid | null> {
    return (await this.aggregates.load(DefaultPolicy, businessId)).state.policyId;
  }

  /** Makes the policy the default or not; the outcome's position is then that of the last append. */
  private async settle(
    outcome: Versioned<PolicyState, KnownPolicy>,
    isDefault: boolean,
    context: CommandContext,
  ): Promise<Versioned<PolicyState, KnownPolicy>> {
    const { businessId, policyId } = outcome.known;
    const type = isDefault ? 'ChooseDefaultPolicy' : 'DropDefaultPolicy';
    const command: DefaultPolicyCommand = { type, data: { businessId, policyId } };
    const { position } = await this.commands.execute(DefaultPolicy, businessId, command, stepOf(context, 'default'));
    return outcome.upTo(position);
  }

  private async execute(
    id: Uuid,
    command: PolicyCommand,
    context: CommandContext,
  ): Promise<Versioned<PolicyState, KnownPolicy>> {
    return this.commands.execute(Policy, id, command, context);
  }

  private async ensureCurrency(
    businessId: Uuid,
    { lateFee, noShowFee }: Partial<PolicyDetails>,
    load: Load,
  ): Promise<void> {
    const { currency } = await this.businesses.open(businessId, load);
    for (const [path, fee] of Object.entries({ lateFee, noShowFee }) as [string, Fee | null | undefined][]) {
      if (!fee || !('amount' in fee)) continue;
      const given = fee.amount.currency;
      ensure(given === currency, 'money.currency_mismatch', { path: `${path}.amount.currency`, a: given, b: currency });
    }
  }
}
