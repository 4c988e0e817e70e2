import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts } from '@yoyaku/business';
import { type CommandContext, Commands, type Load, stepOf, type Versioned } from '@yoyaku/eventing';
import { ensure, type Fee, type Uuid } from '@yoyaku/kernel';
import {
  DefaultPolicy,
  type DefaultPolicyCommand,
  type KnownPolicy,
  Policy,
  type PolicyState,
} from '../domain/policy.decider';
import type { PolicyDetails } from '../domain/policy.events';
import { CatalogFacts } from './catalog-facts';

type VersionedPolicy = Versioned<PolicyState, KnownPolicy>;

/** Makes a policy, as the business's default or not. Throws `money.currency_mismatch`, `business.closed`, `policy.id_taken`. */
export class CreatePolicy extends Command<VersionedPolicy> {
  constructor(
    readonly policy: PolicyDetails & { policyId: Uuid; businessId: Uuid },
    readonly isDefault: boolean,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreatePolicy)
export class CreatePolicyHandler implements ICommandHandler<CreatePolicy> {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
  ) {}

  async execute({ policy, isDefault, context }: CreatePolicy): Promise<VersionedPolicy> {
    const { policyId, businessId } = policy;
    await this.commands.check(Policy, policyId, context, (load) =>
      ensureCurrency(this.businesses, businessId, policy, load),
    );
    const created = await this.commands.execute(Policy, policyId, { type: 'CreatePolicy', data: policy }, context);
    return settleDefault(this.commands, created, isDefault, context);
  }
}

/** What is given changes, the rest stays. Throws as {@link CreatePolicy}, and `policy.not_found`. */
export class ChangePolicy extends Command<VersionedPolicy> {
  constructor(
    readonly policyId: Uuid,
    readonly change: Partial<PolicyDetails>,
    readonly isDefault: boolean | undefined,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangePolicy)
export class ChangePolicyHandler implements ICommandHandler<ChangePolicy> {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly facts: CatalogFacts,
  ) {}

  async execute({ policyId, change, isDefault, context }: ChangePolicy): Promise<VersionedPolicy> {
    await this.commands.check(Policy, policyId, context, async (load) => {
      const { businessId } = await this.facts.activePolicy(policyId, load);
      await ensureCurrency(this.businesses, businessId, change, load);
    });
    const changed = await this.commands.execute(Policy, policyId, { type: 'ChangePolicy', data: change }, context);
    return isDefault === undefined ? changed : settleDefault(this.commands, changed, isDefault, context);
  }
}

/** Removes a policy; if it was the default, the business has none. Throws `policy.not_found`. */
export class RemovePolicy extends Command<VersionedPolicy> {
  constructor(
    readonly policyId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RemovePolicy)
export class RemovePolicyHandler implements ICommandHandler<RemovePolicy> {
  constructor(private readonly commands: Commands) {}

  async execute({ policyId, context }: RemovePolicy): Promise<VersionedPolicy> {
    const removed = await this.commands.execute(Policy, policyId, { type: 'RemovePolicy', data: {} }, context);
    return settleDefault(this.commands, removed, false, context);
  }
}

/** Makes the policy the default or not; its position is then that of the last append. */
async function settleDefault(
  commands: Commands,
  policy: VersionedPolicy,
  isDefault: boolean,
  context: CommandContext,
): Promise<VersionedPolicy> {
  const { businessId, policyId } = policy.known;
  const type = isDefault ? 'ChooseDefaultPolicy' : 'DropDefaultPolicy';
  const command: DefaultPolicyCommand = { type, data: { businessId, policyId } };
  const { position } = await commands.execute(DefaultPolicy, businessId, command, stepOf(context, 'default'));
  return policy.upTo(position);
}

async function ensureCurrency(
  businesses: BusinessFacts,
  businessId: Uuid,
  { lateFee, noShowFee }: Partial<PolicyDetails>,
  load: Load,
): Promise<void> {
  const { currency } = await businesses.open(businessId, load);
  for (const [path, fee] of Object.entries({ lateFee, noShowFee }) as [string, Fee | null | undefined][]) {
    if (!fee || !('amount' in fee)) continue;
    const given = fee.amount.currency;
    ensure(given === currency, 'money.currency_mismatch', { path: `${path}.amount.currency`, a: given, b: currency });
  }
}
