import { Injectable } from '@nestjs/common';
import { Blocks, CustomerFacts, EnsureCustomer, isKnownCustomer, type KnownCustomer } from '@yoyaku/customers';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';

/** For whom a booking is: a user books for themself, or somebody books for a customer of the business. */
export type Guest = { readonly userId: Uuid } | { readonly customerId: Uuid };

/** Who may book with a business, and which customer of it they are. */
@Injectable()
export class Welcome {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly blocks: Blocks,
    private readonly commands: Commands,
  ) {}

  /** Throws `booking.customer_blocked`, `customer.not_found`. */
  async ensure(businessId: Uuid, whom: Guest): Promise<void> {
    const isBlocked =
      'userId' in whom
        ? await this.blocks.meetUser(businessId, whom.userId)
        : await this.blocks.meetCustomer(await this.customerOf(businessId, whom.customerId));
    ensure(!isBlocked, 'booking.customer_blocked');
  }

  /** The customer that they are; a user becomes one. Throws `customer.not_found`. */
  customer(businessId: Uuid, whom: Guest, context: CommandContext): Promise<KnownCustomer> {
    return 'userId' in whom
      ? this.commands.send(new EnsureCustomer(businessId, whom.userId, context))
      : this.customerOf(businessId, whom.customerId);
  }

  private async customerOf(businessId: Uuid, customerId: Uuid): Promise<KnownCustomer> {
    const customer = await this.customers.customer(customerId);
    if (isKnownCustomer(customer) && customer.businessId === businessId && customer.status !== 'removed')
      return customer;
    throw new DomainError('customer.not_found', { path: 'customerId' });
  }
}
