import { Injectable } from '@nestjs/common';
import { BusinessFacts } from '@yoyaku/business';
import { type CommandContext, Commands, type Outcome, stepOf } from '@yoyaku/eventing';
import { IdentityFacts } from '@yoyaku/identity';
import { ensure, type Uuid } from '@yoyaku/kernel';
import { Customer, type CustomerChange, type KnownCustomer, type NewCustomer } from '../domain/customer.decider';
import { CustomerFacts } from './customer-facts';

/** Customers, as the people of their business keep them. */
@Injectable()
export class Customers {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessFacts,
    private readonly facts: CustomerFacts,
    private readonly identity: IdentityFacts,
  ) {}

  /** Throws `customer.unknown_member`, `customer.id_taken`, `business.closed`. */
  async create(customer: NewCustomer, context: CommandContext): Promise<Outcome<KnownCustomer>> {
    await this.ensureMember(customer.businessId, customer.assignedTo);
    const command = { type: 'CreateCustomer', data: customer } as const;
    return (await this.commands.create(Customer, customer.customerId, command, context)) as Outcome<KnownCustomer>;
  }

  /** What is given changes, the rest stays. Throws as {@link create}, and `customer.not_found`. */
  async change(customerId: Uuid, change: CustomerChange, context: CommandContext): Promise<Outcome<KnownCustomer>> {
    const { businessId } = await this.facts.present(customerId);
    await this.ensureMember(businessId, change.assignedTo ?? null);
    const command = { type: 'ChangeCustomer', data: change } as const;
    return (await this.commands.execute(Customer, customerId, command, context)) as Outcome<KnownCustomer>;
  }

  /**
   * Says which user the customer is. Throws `customer.unknown_user`, `customer.already_linked`, and
   * `customer.user_taken` when that user already is a customer here.
   */
  async linkUser(customerId: Uuid, userId: Uuid, context: CommandContext): Promise<Outcome<KnownCustomer>> {
    const { businessId, userId: known } = await this.facts.present(customerId);
    ensure((await this.identity.user(userId)).status === 'active', 'customer.unknown_user', { path: 'userId' });
    ensure(known === null || known === userId, 'customer.already_linked', { path: 'userId' });
    const ownId = await this.facts.idOf(businessId, userId);
    if (ownId !== customerId) {
      const point = { type: 'PointElsewhere', data: { customerId: ownId, businessId, to: customerId } } as const;
      await this.commands.execute(Customer, ownId, point, stepOf(context, 'point'));
    }
    const command = { type: 'LinkUser', data: { userId } } as const;
    return (await this.commands.execute(Customer, customerId, command, context)) as Outcome<KnownCustomer>;
  }

  private async ensureMember(businessId: Uuid, userId: Uuid | null): Promise<void> {
    await this.businesses.open(businessId);
    const known = userId === null || (await this.businesses.role(businessId, userId)) !== null;
    ensure(known, 'customer.unknown_member', { path: 'assignedTo' });
  }
}
