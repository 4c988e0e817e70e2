import { Injectable } from '@nestjs/common';
import { AggregateStore } from '@yoyaku/eventing';
import { deriveUuid, type Uuid } from '@yoyaku/kernel';
import { Customer, type CustomerState } from '../domain/customer.decider';

/** The id of the customer that a user becomes by booking, and where to look which customer a user is. */
export const customerIdOf = (businessId: Uuid, userId: Uuid): Uuid => deriveUuid('customer', businessId, userId);

/** What other contexts may know of customers. */
@Injectable()
export class CustomerFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async customer(id: Uuid): Promise<CustomerState> {
    return (await this.aggregates.load(Customer, id)).state;
  }

  /** The customer of the business that the user is; never `elsewhere`. */
  async customerOf(businessId: Uuid, userId: Uuid): Promise<CustomerState> {
    const derived = await this.customer(customerIdOf(businessId, userId));
    return derived.status === 'elsewhere' ? this.customer(derived.to) : derived;
  }
}
