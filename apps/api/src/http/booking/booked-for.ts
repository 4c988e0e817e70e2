import { Injectable } from '@nestjs/common';
import { CustomerFacts, isKnownCustomer } from '@yoyaku/customers';
import type { Uuid } from '@yoyaku/kernel';
import type { Principal } from '../conventions';
import { Rights } from '../conventions/access/rights';

/** Whom the business's people book for. */
@Injectable()
export class BookedFor {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly rights: Rights,
  ) {}

  /** Throws 403 `access.own`: who is the customer books as one. */
  async ensureOther(businessId: Uuid, customerId: Uuid, user: Principal): Promise<void> {
    const customer = await this.customers.customer(customerId);
    await this.rights.ensureNotOwn(businessId, isKnownCustomer(customer) ? customer.userId : null, user);
  }
}
