import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import {
  AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  recheckRefusal,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
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

/** Customers, as the people of their business keep them. */
@Injectable()
export class Customers {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
    private readonly facts: CustomerFacts,
    private readonly identity: IdentityFacts,
    private readonly blocks: Blocks,
  ) {}

  /** Throws `customer.unknown_member`, `customer.id_taken`, `business.closed`. */
  async create(customer: NewCustomer, context: CommandContext): Promise<Versioned<CustomerState, KnownCustomer>> {
    await this.ensureMember(customer.businessId, customer.assignedTo);
    const command = { type: 'CreateCustomer', data: customer } as const;
    return this.keeping(
      await this.commands.execute(Customer, customer.customerId, command, context, 'assumeEmpty'),
      context,
    );
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `customer.not_found`. */
  async change(
    customerId: Uuid,
    change: CustomerChange,
    context: CommandContext,
  ): Promise<Versioned<CustomerState, KnownCustomer>> {
    const { businessId } = await this.facts.present(customerId);
    await this.ensureMember(businessId, change.assignedTo ?? null);
    if (change.status && change.status !== 'blocked') await this.unblock(customerId, context);
    const command = { type: 'ChangeCustomer', data: change } as const;
    return this.keeping(await this.commands.execute(Customer, customerId, command, context), context);
  }

  /**
   * Asks a user whether they are the customer; until they say so ({@link acceptLink}) nothing of the customer's is
   * theirs. Nobody asks themself: who keeps customers would make themself one. Throws `customer.own_link`,
   * `customer.unknown_user`, `customer.already_linked`, and `customer.user_taken` when that user already is one here.
   */
  async offerLink(
    customerId: Uuid,
    userId: Uuid,
    context: CommandContext,
  ): Promise<Versioned<CustomerState, KnownCustomer>> {
    const { businessId } = await this.facts.present(customerId);
    ensure(context.actor.id !== userId, 'customer.own_link', { path: 'userId' });
    await recheckRefusal(async (load) => {
      const user = await this.identity.user(userId, load);
      ensure(user.status === 'active', 'customer.unknown_user', { path: 'userId' });
    });
    const own = await this.facts.customerOf(businessId, userId);
    ensure(own.status === 'none' || own.customerId === customerId, 'customer.user_taken', { path: 'userId' });
    const command = { type: 'OfferLink', data: { userId } } as const;
    return this.commands.execute(Customer, customerId, command, context);
  }

  /**
   * The user who was asked says that they are the customer. First the id that derives from the user is pointed here;
   * where that is all that happens, it leads nowhere. Throws `customer.link_not_offered`, `customer.already_linked`,
   * `customer.user_taken`, and `ConcurrencyConflict` before anything is appended.
   */
  async acceptLink(
    customerId: Uuid,
    userId: Uuid,
    context: CommandContext,
  ): Promise<Versioned<CustomerState, KnownCustomer>> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    const { businessId, linkOfferedTo } = presentCustomer(loaded.state);
    ensureRevision(loaded, context);
    const ownId = linkOfferedTo === userId ? await this.facts.idOf(businessId, userId) : customerId;
    if (ownId !== customerId) {
      const point = { type: 'PointElsewhere', data: { customerId: ownId, businessId, to: customerId } } as const;
      await this.commands.execute(Customer, ownId, point, stepOf(context, 'point'));
    }
    const command = { type: 'LinkUser', data: { userId } } as const;
    return this.commands.execute(Customer, customerId, command, context);
  }

  /** Before the record says so: whoever dies in between is asked again, and finds somebody who still is blocked. */
  private async unblock(customerId: Uuid, context: CommandContext): Promise<void> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    ensureRevision(loaded, context);
    const customer = presentCustomer(loaded.state);
    if (customer.status === 'blocked') await this.blocks.lift(customer, context);
  }

  /**
   * The outcome, with the block of the person kept where there is one. Throws `customer.erased`, of a repeat of what was
   * done before.
   */
  private async keeping(
    outcome: Versioned<CustomerState, KnownCustomer>,
    context: CommandContext,
  ): Promise<Versioned<CustomerState, KnownCustomer>> {
    await this.blocks.keep(outcome.known, context);
    return outcome;
  }

  private async ensureMember(businessId: Uuid, userId: Uuid | null): Promise<void> {
    await recheckRefusal(async (load) => {
      await this.businesses.open(businessId, load);
      const known = userId === null || (await this.businesses.role(businessId, userId, load)) !== null;
      ensure(known, 'customer.unknown_member', { path: 'assignedTo' });
    });
  }
}
