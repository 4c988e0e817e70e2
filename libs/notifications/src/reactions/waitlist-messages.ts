import { Injectable } from '@nestjs/common';
import type { WaitlistEvent } from '@yoyaku/booking/events';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import { CustomerFacts } from '@yoyaku/customers';
import type { Instant, OfType, Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { Notifier } from '../application/notifier';
import { isTooLate } from '../domain/due';
import type { Notice } from '../domain/notice';

/** A time that was offered to a customer who waits for it. */
interface Offered {
  readonly businessId: Uuid;
  readonly customerId: Uuid;
  readonly serviceName: string;
  readonly locationId: Uuid | null;
  readonly start: Instant;
  readonly end: Instant;
  /** Null: it has lapsed. */
  readonly heldUntil: Instant | null;
}

const tellOfOffer = defineJob<Offered>('tell-of-offer');

const tell = (
  data: OfType<WaitlistEvent, 'WaitlistSlotOffered' | 'WaitlistOfferLapsed'>['data'],
  heldUntil: Instant | null,
): Job[] => {
  const { businessId, customerId, serviceName, locationId, start, end } = data;
  return [
    tellOfOffer.job(
      { businessId, customerId, serviceName, locationId, start, end, heldUntil },
      { until: heldUntil ?? start },
    ),
  ];
};

/** Who waits is told what is held for them and until when, and when it no longer is. */
export const waitlistMessages = defineReaction<WaitlistEvent>({
  name: 'waitlist-messages',
  version: 1,
  from: 'now',
  on: {
    WaitlistSlotOffered: ({ data }) => tell(data, data.expiresAt),
    WaitlistOfferLapsed: ({ data }) => tell(data, null),
  },
});

@Injectable()
export class TellOfOffers implements JobHandler<Offered> {
  readonly kind = tellOfOffer;

  constructor(
    private readonly businesses: BusinessFacts,
    private readonly customers: CustomerFacts,
    private readonly notifier: Notifier,
  ) {}

  async run({ data, cause, now, context }: DueJob<Offered>): Promise<undefined> {
    const { businessId, customerId, serviceName, locationId, start, end, heldUntil } = data;
    const business = await this.businesses.business(businessId);
    const customer = await this.customers.customer(customerId);
    if (!isKnownBusiness(business) || !('userId' in customer)) return undefined;
    const { name: businessName, timeZone: readerTimeZone, locale } = business;
    const timeZone = (locationId && business.locations[locationId]?.timeZone) || readerTimeZone;
    const facts = { businessName, serviceName, start, end, timeZone, readerTimeZone };
    const notice: Notice = heldUntil
      ? { kind: 'waitlist_offer', facts: { ...facts, heldUntil } }
      : { kind: 'waitlist_lapsed', facts };
    if (isTooLate(notice, now)) return undefined;
    const addressee = { userId: customer.userId, customerId, businessId, locale };
    await this.notifier.tell(addressee, notice, cause.id, context);
    return undefined;
  }
}
