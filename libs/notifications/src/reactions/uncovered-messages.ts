import { Injectable } from '@nestjs/common';
import { tellOfUncovered, type Uncovered } from '@yoyaku/booking';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import type { DueJob, JobHandler } from '@yoyaku/reacting';
import { Notifier } from '../application/notifier';

/** Tells the owner of a business that a change has left bookings without what they need: once of each change. */
@Injectable()
export class TellOfUncovered implements JobHandler<Uncovered> {
  readonly kind = tellOfUncovered;

  constructor(
    private readonly businesses: BusinessFacts,
    private readonly notifier: Notifier,
  ) {}

  async run({ data: { businessId, bookings }, cause, context }: DueJob<Uncovered>): Promise<undefined> {
    const business = await this.businesses.business(businessId);
    if (!isKnownBusiness(business)) return undefined;
    const { name: businessName, ownerId: userId, locale } = business;
    const notice = { kind: 'bookings_uncovered', facts: { businessName, bookings } } as const;
    await this.notifier.tell({ userId, customerId: null, businessId, locale }, notice, cause.id, context);
    return undefined;
  }
}
