import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, ensureRevision, stepOf } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { Customer, presentCustomer } from '../domain/customer.decider';
import { CustomerFacts } from './customer-facts';
import type { VersionedCustomer } from './customers';

/**
 * Asks a user whether they are the customer; until they say so ({@link AcceptLink}) nothing of the customer's is theirs.
 * Nobody asks themself: who keeps customers would make themself one. Throws `customer.own_link`, `customer.unknown_user`,
 * `customer.already_linked`, and `customer.user_taken` when that user already is one here.
 */
export class OfferLink extends Command<VersionedCustomer> {
  constructor(
    readonly customerId: Uuid,
    readonly userId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(OfferLink)
export class OfferLinkHandler implements ICommandHandler<OfferLink> {
  constructor(
    private readonly commands: Commands,
    private readonly facts: CustomerFacts,
    private readonly identity: IdentityFacts,
  ) {}

  async execute({ customerId, userId, context }: OfferLink): Promise<VersionedCustomer> {
    await this.commands.check(Customer, customerId, context, async (load) => {
      const { businessId } = await this.facts.present(customerId);
      ensure(context.actor.id !== userId, 'customer.own_link', { path: 'userId' });
      const user = await this.identity.user(userId, load);
      ensure(user.status === 'active', 'customer.unknown_user', { path: 'userId' });
      const own = await this.facts.customerOf(businessId, userId);
      ensure(own.status === 'none' || own.customerId === customerId, 'customer.user_taken', { path: 'userId' });
    });
    return this.commands.execute(Customer, customerId, { type: 'OfferLink', data: { userId } }, context);
  }
}

/**
 * The user who was asked says that they are the customer. Throws `customer.link_not_offered`, `customer.already_linked`,
 * `customer.user_taken`, and `ConcurrencyConflict` before anything is appended.
 */
export class AcceptLink extends Command<VersionedCustomer> {
  constructor(
    readonly customerId: Uuid,
    readonly userId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** First the id that derives from the user is pointed here; where that is all that happens, it leads nowhere. */
@CommandHandler(AcceptLink)
export class AcceptLinkHandler implements ICommandHandler<AcceptLink> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly facts: CustomerFacts,
  ) {}

  async execute({ customerId, userId, context }: AcceptLink): Promise<VersionedCustomer> {
    const loaded = await this.aggregates.load(Customer, customerId, 'requireLoad');
    const { businessId, linkOfferedTo } = presentCustomer(loaded.state);
    ensureRevision(loaded, context);
    const ownId = linkOfferedTo === userId ? await this.facts.idOf(businessId, userId) : customerId;
    if (ownId !== customerId) {
      const point = { type: 'PointElsewhere', data: { customerId: ownId, businessId, to: customerId } } as const;
      await this.commands.execute(Customer, ownId, point, stepOf(context, 'point'));
    }
    return this.commands.execute(Customer, customerId, { type: 'LinkUser', data: { userId } }, context);
  }
}
