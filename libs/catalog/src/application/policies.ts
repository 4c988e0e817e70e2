import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import { type CommandContext, Commands, type Outcome, stepOf } from '@yoyaku/eventing';
import { ensure, type Fee, type Uuid } from '@yoyaku/kernel';
import {
  DefaultPolicy,
  type DefaultPolicyCommand,
  type KnownPolicy,
  Policy,
  type PolicyCommand,
} from '../domain/policy.decider';
import type { PolicyDetails } from '../domain/policy.events';

/** Cancellation policies, of which each business may have one as its default. */
@Injectable()
export class Policies {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
  ) {}

  /** Throws `money.currency_mismatch`, `business.closed`, `policy.id_taken`. */
  async create(
    policy: PolicyDetails & { policyId: Uuid; businessId: Uuid },
    isDefault: boolean,
    context: CommandContext,
  ): Promise<Outcome<KnownPolicy>> {
    await this.ensureCurrency(policy.businessId, policy);
    const outcome = await this.execute(policy.policyId, { type: 'CreatePolicy', data: policy }, context);
    return this.settle(outcome, isDefault, context);
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `policy.not_found`. */
  async change(
    { policyId, businessId }: KnownPolicy,
    change: Partial<PolicyDetails>,
    isDefault: boolean | undefined,
    context: CommandContext,
  ): Promise<Outcome<KnownPolicy>> {
    await this.ensureCurrency(businessId, change);
    const outcome = await this.execute(policyId, { type: 'ChangePolicy', data: change }, context);
    return isDefault === undefined ? outcome : this.settle(outcome, isDefault, context);
  }

  async remove({ policyId }: KnownPolicy, context: CommandContext): Promise<Outcome<KnownPolicy>> {
    const outcome = await this.execute(policyId, { type: 'RemovePolicy', data: {} }, context);
    return this.settle(outcome, false, context);
  }

  /** Makes the policy the default or not; the outcome's position is then that of the last append. */
  private async settle(
    outcome: Outcome<KnownPolicy>,
    isDefault: boolean,
    context: CommandContext,
  ): Promise<Outcome<KnownPolicy>> {
    const { businessId, policyId } = outcome.state;
    const type = isDefault ? 'ChooseDefaultPolicy' : 'DropDefaultPolicy';
    const command: DefaultPolicyCommand = { type, data: { businessId, policyId } };
    const { position } = await this.commands.execute(DefaultPolicy, businessId, command, stepOf(context, 'default'));
    return position > outcome.position ? { ...outcome, position } : outcome;
  }

  private async execute(id: Uuid, command: PolicyCommand, context: CommandContext): Promise<Outcome<KnownPolicy>> {
    return (await this.commands.execute(Policy, id, command, context)) as Outcome<KnownPolicy>;
  }

  private async ensureCurrency(businessId: Uuid, { lateFee, noShowFee }: Partial<PolicyDetails>): Promise<void> {
    const { currency } = await this.businesses.open(businessId);
    for (const [path, fee] of Object.entries({ lateFee, noShowFee }) as [string, Fee | null | undefined][]) {
      const fits = !fee || !('amount' in fee) || fee.amount.currency === currency;
      ensure(fits, 'money.currency_mismatch', { path: `${path}.amount.currency`, currency });
    }
  }
}
