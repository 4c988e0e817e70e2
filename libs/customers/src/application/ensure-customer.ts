import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Customer, isKnownCustomer, type KnownCustomer } from '../domain/customer.decider';
import { CustomerFacts } from './customer-facts';

/** Makes users customers of the businesses they book with. */
@Injectable()
export class EnsureCustomer {
  constructor(
    private readonly facts: CustomerFacts,
    private readonly identity: IdentityFacts,
    private readonly commands: Commands,
  ) {}

  /**
   * The customer that the user is at this business; made, or turned from lead to customer, where need be. One who is
   * blocked is returned as such. Throws `user.not_found`, `customer.erased`.
   */
  async of(businessId: Uuid, userId: Uuid, context: CommandContext): Promise<KnownCustomer> {
    const customerId = await this.facts.idOf(businessId, userId);
    const known = await this.facts.customer(customerId);
    if (isKnownCustomer(known) && known.status !== 'removed' && known.status !== 'lead') return known;
    const user = await this.identity.user(userId);
    if (!isKnown(user)) throw new DomainError('user.not_found');
    const { name, email, locale } = user;
    const { known: customer } = await this.commands.execute(
      Customer,
      customerId,
      { type: 'WelcomeUser', data: { customerId, businessId, userId, name, email, locale } },
      stepOf(context, 'customer'),
    );
    return customer;
  }
}
