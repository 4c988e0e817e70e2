import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import { DomainError, deriveUuid, ensure, type Uuid } from '@yoyaku/kernel';
import {
  Customer,
  type CustomerState,
  isBlockedCustomer,
  isOf,
  type KnownCustomer,
  presentCustomer,
} from '../domain/customer.decider';
import { Note } from '../domain/note.decider';

/** What other contexts may know of customers. */
@Injectable()
export class CustomerFacts {
  constructor(private readonly aggregates: AggregateStore) {}

  async customer(id: Uuid, load?: Load): Promise<CustomerState> {
    return (await this.aggregates.load(Customer, id, load)).state;
  }

  /** Throws `customer.not_found`, also for one that was removed, and `customer.erased`. */
  async present(id: Uuid): Promise<KnownCustomer> {
    return presentCustomer(await this.customer(id));
  }

  /** The customer that a note is about. Throws `note.not_found`, and as {@link present}. */
  async subjectOf(noteId: Uuid): Promise<KnownCustomer> {
    const { state } = await this.aggregates.load(Note, noteId);
    if (state.status === 'none') throw new DomainError('note.not_found');
    const customer = await this.present(state.customerId);
    ensure(customer.businessId === state.businessId, 'note.not_found');
    return customer;
  }

  /** The customer of the business that the user is; never `elsewhere` or `erased`. */
  async customerOf(businessId: Uuid, userId: Uuid): Promise<CustomerState> {
    return this.customer(await this.idOf(businessId, userId));
  }

  /**
   * The id of the customer that the user is at the business, or becomes by booking there. It derives from both; who
   * was erased and comes again is somebody new, with an id that derives from the one before. So does who would get an
   * id under which somebody else is kept.
   */
  async idOf(businessId: Uuid, userId: Uuid): Promise<Uuid> {
    let current: Uuid | undefined;
    for await (const { id } of this.recordsOf(businessId, userId)) current = id;
    return current as Uuid;
  }

  /** Whether the business blocked the user: as the customer they are, or were until the record was removed or erased. */
  async isBlocked(businessId: Uuid, userId: Uuid): Promise<boolean> {
    for await (const { customer } of this.recordsOf(businessId, userId)) {
      const isTheirs = 'userId' in customer && customer.userId === userId && customer.businessId === businessId;
      if (isTheirs && isBlockedCustomer(customer)) return true;
    }
    return false;
  }

  /** What is kept under the ids that derive from business and user, up to what the user is now. */
  private async *recordsOf(
    businessId: Uuid,
    userId: Uuid,
  ): AsyncGenerator<{ readonly id: Uuid; readonly customer: CustomerState }> {
    for (let id = deriveUuid('customer', businessId, userId); ; ) {
      const customer = await this.customer(id);
      yield { id, customer };
      if (customer.status === 'none' || isOf(customer, businessId, userId)) return;
      const isElsewhere = customer.status === 'elsewhere' && customer.businessId === businessId;
      id = isElsewhere ? customer.to : deriveUuid('customer', id);
    }
  }
}
