import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Customer, isKnownCustomer, type KnownCustomer } from '../domain/customer.decider';
import { CustomerFacts } from './customer-facts';

/**
 * Makes a user a customer of the business that they book with, or turns them from lead to customer, where need be.
 * Returns the customer that they are, also one who is blocked. Throws `user.not_found`, `customer.erased`.
 */
export class EnsureCustomer extends Command<KnownCustomer> {
  constructor(
    readonly businessId: Uuid,
    readonly userId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EnsureCustomer)
export class EnsureCustomerHandler implements ICommandHandler<EnsureCustomer> {
  constructor(
    private readonly facts: CustomerFacts,
    private readonly identity: IdentityFacts,
    private readonly commands: Commands,
  ) {}

  async execute({ businessId, userId, context }: EnsureCustomer): Promise<KnownCustomer> {
    const customerId = await this.facts.idOf(businessId, userId);
    const known = await this.facts.customer(customerId);
    if (isKnownCustomer(known) && known.status !== 'removed' && known.status !== 'lead') return known;
    const user = await this.identity.user(userId);
    if (!isKnown(user)) throw new DomainError('user.not_found');
    const { name, email, phone, locale } = user;
    const { known: customer } = await this.commands.execute(
      Customer,
      customerId,
      { type: 'WelcomeUser', data: { customerId, businessId, userId, name, email, phone, locale } },
      stepOf(context, 'customer'),
    );
    return customer;
  }
}
