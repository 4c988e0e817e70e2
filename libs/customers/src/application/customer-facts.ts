import { Injectable } from '@nestjs/common';
import { AggregateStore } from '@yoyaku/eventing';
import { DomainError, deriveUuid, type Uuid } from '@yoyaku/kernel';
import { Customer, type CustomerState, isKnownCustomer, type KnownCustomer } from '../domain/customer.decider';
import { Note } from '../domain/note.decider';

/** The id of the customer that a user becomes by booking, and where to look which customer a user is. */
export const customerIdOf = (businessId: Uuid, userId: Uuid): Uuid => deriveUuid('customer', businessId, userId);

/** What other contexts may know of customers. */
@Injectable()
export class CustomerFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async customer(id: Uuid): Promise<CustomerState> {
    return (await this.aggregates.load(Customer, id)).state;
  }

  /** Throws `customer.not_found`, also for one that was removed. */
  async present(id: Uuid): Promise<KnownCustomer> {
    const customer = await this.customer(id);
    if (!isKnownCustomer(customer) || customer.status === 'removed') throw new DomainError('customer.not_found');
    return customer;
  }

  /** The customer that a note is about. Throws `note.not_found`, `customer.not_found`. */
  async subjectOf(noteId: Uuid): Promise<KnownCustomer> {
    const { state } = await this.aggregates.load(Note, noteId);
    if (state.status === 'none') throw new DomainError('note.not_found');
    return this.present(state.customerId);
  }

  /** The customer of the business that the user is; never `elsewhere`. */
  async customerOf(businessId: Uuid, userId: Uuid): Promise<CustomerState> {
    const derived = await this.customer(customerIdOf(businessId, userId));
    return derived.status === 'elsewhere' ? this.customer(derived.to) : derived;
  }
}
