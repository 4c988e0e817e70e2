import { Injectable } from '@nestjs/common';
import { Commands } from '@yoyaku/eventing';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { Business } from '../domain/business.decider';
import type { BusinessEvent } from '../domain/business.events';

interface OfBusiness {
  readonly businessId: Uuid;
}

const expireSubscription = defineJob<OfBusiness>('expire-subscription');

/** A look at the subscription at that moment; none, if it never ends by itself. */
const expiryAt = (businessId: Uuid, at: Instant | null): Job[] =>
  at ? [expireSubscription.job({ businessId }, { at, key: `${businessId} ${at}` })] : [];

/** Trials and subscriptions expire at their end. */
export const subscriptionExpiry = defineReaction<BusinessEvent>({
  name: 'subscription-expiry',
  version: 1,
  from: 'beginning',
  on: {
    BusinessCreated: ({ data: { businessId, trialEndsAt } }) => expiryAt(businessId, trialEndsAt),
    SubscriptionChanged: ({ data: { businessId, endsAt } }) => expiryAt(businessId, endsAt),
  },
});

@Injectable()
export class ExpireSubscriptions implements JobHandler<OfBusiness> {
  readonly kind = expireSubscription;

  constructor(private readonly commands: Commands) {}

  /** Where its end was moved meanwhile, the decider does nothing: what moved it has planned its own. */
  async run({ data: { businessId }, now, context }: DueJob<OfBusiness>): Promise<undefined> {
    await this.commands.execute(
      Business,
      businessId,
      { type: 'ExpireSubscription', data: {} },
      { ...context, at: now },
    );
  }
}
