import { Injectable } from '@nestjs/common';
import type { Guest } from '@yoyaku/booking';
import { CustomerFacts, isKnownCustomer } from '@yoyaku/customers';
import type { CommandContext } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import type { Principal, Self } from '../conventions';
import { Rights } from '../conventions/access/rights';
import { partyOf } from './bookings.views';

/** Whoever names a customer asks for the business, everybody else for themselves. */
export const selfUnlessCustomerNamed = ({ body }: FastifyRequest): Self =>
  ((body as { customerId?: unknown } | null)?.customerId ?? null) === null ? 'only' : 'never';

/** Whom time is booked, or waited, for. */
@Injectable()
export class BookedFor {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly rights: Rights,
  ) {}

  /**
   * Oneself, or the customer whom the business's people named. Throws 403 `access.own` where that is who asks, and 404
   * where who asks for themselves is not shown the business.
   */
  async whom(
    { businessId, customerId }: { readonly businessId: Uuid; readonly customerId?: string | null },
    user: Principal,
    context: CommandContext,
    httpRequest: FastifyRequest,
  ): Promise<Guest> {
    if (partyOf(context) === 'business') {
      await this.ensureOther(businessId, customerId as Uuid, user);
      return { customerId: customerId as Uuid };
    }
    // One that was done already is told so, whatever has become of the business.
    if (!context.repeated) await this.rights.ensureShown(businessId, httpRequest);
    return { userId: user.userId };
  }

  /** Throws 403 `access.own`: who is the customer books as one. */
  private async ensureOther(businessId: Uuid, customerId: Uuid, user: Principal): Promise<void> {
    const customer = await this.customers.customer(customerId);
    await this.rights.ensureNotOwn(businessId, isKnownCustomer(customer) ? customer.userId : null, user);
  }
}
