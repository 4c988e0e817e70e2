import { Injectable } from '@nestjs/common';
import { BusinessFacts, type KnownBusiness } from '@yoyaku/business';
import { CustomerFacts } from '@yoyaku/customers';
import type { CommandContext } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { Notice } from '../domain/notice';
import { type Addressee, type InParts, Notifier } from './notifier';

/** What was done with bookings of one customer, and whom that concerns. */
export interface Concern {
  readonly customerId: Uuid;
  readonly business: KnownBusiness;
  /** The users who are the staff that they take up. */
  readonly staff: readonly Uuid[];
  /** Who did it. */
  readonly by: Uuid | null;
  /** Of one cause everybody is told once. */
  readonly cause: string;
}

/** Tells those whom bookings concern. */
@Injectable()
export class PeopleOfBookings {
  constructor(
    private readonly customers: CustomerFacts,
    private readonly businesses: BusinessFacts,
    private readonly notifier: Notifier,
  ) {}

  tellCustomer(notice: Notice, concern: Concern, context: CommandContext): Promise<void>;
  tellCustomer(inParts: InParts, concern: Concern, context: CommandContext): Promise<void>;
  async tellCustomer(
    said: Notice | InParts,
    { customerId, business, cause }: Concern,
    context: CommandContext,
  ): Promise<void> {
    const customer = await this.customers.customer(customerId);
    const userId = 'userId' in customer ? customer.userId : null;
    const { businessId, locale } = business;
    await this.tell({ userId, customerId, businessId, locale }, said, cause, context);
  }

  /** Its owner, and the staff whom it takes up; not whoever did it, nor who has left. */
  tellBusiness(notice: Notice, concern: Concern, context: CommandContext): Promise<void>;
  tellBusiness(inParts: InParts, concern: Concern, context: CommandContext): Promise<void>;
  async tellBusiness(
    said: Notice | InParts,
    { business, staff, by, cause }: Concern,
    context: CommandContext,
  ): Promise<void> {
    const { businessId, locale, ownerId } = business;
    for (const userId of new Set([ownerId, ...staff])) {
      if (userId === by) continue;
      if (userId !== ownerId && !(await this.businesses.standing(businessId, userId, 'requireLoad'))) continue;
      await this.tell({ userId, customerId: null, businessId, locale }, said, cause, context);
    }
  }

  private tell(addressee: Addressee, said: Notice | InParts, cause: string, context: CommandContext): Promise<void> {
    return 'rest' in said
      ? this.notifier.tellRest(addressee, said, cause, context)
      : this.notifier.tell(addressee, said, cause, context);
  }
}
