import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BusinessFacts } from '@yoyaku/business';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  type Load,
  recheckRefusal,
  type Versioned,
} from '@yoyaku/eventing';
import { ensure, type Uuid } from '@yoyaku/kernel';
import {
  Customer,
  type CustomerChange,
  type CustomerState,
  type KnownCustomer,
  type NewCustomer,
  presentCustomer,
} from '../domain/customer.decider';
import { Blocks } from './blocks';
import { CustomerFacts } from './customer-facts';

export type VersionedCustomer = Versioned<CustomerState, KnownCustomer>;

/** Throws `customer.unknown_member`, `customer.id_taken`, `business.closed`. */
export class CreateCustomer extends Command<VersionedCustomer> {
  constructor(
    readonly customer: NewCustomer,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateCustomer)
export class CreateCustomerHandler implements ICommandHandler<CreateCustomer> {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly blocks: Blocks,
  ) {}

  async execute({ customer, context }: CreateCustomer): Promise<VersionedCustomer> {
    const { customerId, businessId, assignedTo } = customer;
    await this.commands.check(Customer, customerId, context, (load) =>
      ensureMember(this.businesses, businessId, assignedTo, load),
    );
    const command = { type: 'CreateCustomer', data: customer } as const;
    const created = await this.commands.execute(Customer, customerId, command, context, 'assumeEmpty');
    await this.blocks.keep(created.known, context);
    return created;
  }
}

/**
 * What is given changes, the rest stays. Throws as {@link CreateCustomer}, `customer.not_found`, and `customer.erased`,
 * also where it is repeated after the customer was erased.
 */
export class ChangeCustomer extends Command<VersionedCustomer> {
  constructor(
    readonly customerId: Uuid,
    readonly change: CustomerChange,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeCustomer)
export class ChangeCustomerHandler implements ICommandHandler<ChangeCustomer> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly facts: CustomerFacts,
    private readonly blocks: Blocks,
  ) {}

  async execute({ customerId, change, context }: ChangeCustomer): Promise<VersionedCustomer> {
    if (!(await this.aggregates.hasRun(Customer, customerId, context))) await this.prepare(customerId, change, context);
    const command = { type: 'ChangeCustomer', data: change } as const;
    const changed = await this.commands.execute(Customer, customerId, command, context);
    await this.blocks.keep(changed.known, context);
    return changed;
  }

  private async prepare(customerId: Uuid, change: CustomerChange, context: CommandContext): Promise<void> {
    const { businessId } = await this.facts.present(customerId);
    await recheckRefusal((load) => ensureMember(this.businesses, businessId, change.assignedTo ?? null, load));
    if (change.status && change.status !== 'blocked') await this.unblock(customerId, context);
  }

  /** Before the record says so: whoever dies in between is asked again, and finds somebody who still is blocked. */
  private async unblock(customerId: Uuid, context: CommandContext): Promise<void> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    ensureRevision(loaded, context);
    const customer = presentCustomer(loaded.state);
    if (customer.status === 'blocked') await this.blocks.lift(customer, context);
  }
}

async function ensureMember(
  businesses: BusinessFacts,
  businessId: Uuid,
  userId: Uuid | null,
  load: Load,
): Promise<void> {
  await businesses.open(businessId, load);
  const isMember = userId === null || (await businesses.role(businessId, userId, load)) !== null;
  ensure(isMember, 'customer.unknown_member', { path: 'assignedTo' });
}
