import { ensure, type Instant, isAfter, isSame, type Uuid } from '@yoyaku/kernel';
import { type BusinessEvent, PAID_STATES, type PaidState } from './business.events';

export const SUBSCRIPTION_STATES = [...PAID_STATES, 'expired'] as const;
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number];

/**
 * Whether a business may be used. With an expired subscription it takes nothing new; what stands is carried through. One
 * that is past due is used in full: somebody is still to pay.
 */
export interface Subscription {
  readonly state: SubscriptionState;
  /** When it expires, or did; `null`: not by itself. */
  readonly endsAt: Instant | null;
  /** When its owner cancelled it; `null`: they did not. */
  readonly cancelledAt: Instant | null;
}

/** How long a business may be used before its subscription begins, unless the installation says otherwise. */
export const TRIAL_DAYS = 14;

/** Whether it is over at that moment, also where nothing has recorded its end yet. */
export const isSubscriptionOver = ({ state, endsAt }: Pick<Subscription, 'state' | 'endsAt'>, at: Instant): boolean =>
  state === 'expired' || (endsAt !== null && !isAfter(endsAt, at));

interface Subscriber {
  readonly businessId: Uuid;
  readonly status: string;
  readonly subscription: Subscription;
}

type Events = readonly BusinessEvent[];

export const subscriptionOnCreation = (trialEndsAt: Instant | null): Subscription => ({
  state: trialEndsAt ? 'trial' : 'active',
  endsAt: trialEndsAt,
  cancelledAt: null,
});

/** Throws `business.subscription_without_end` for a trial that never ends, `business.subscription_ends_in_past`. */
export function subscribed(
  { businessId, subscription }: Subscriber,
  { state, endsAt }: Pick<Subscription, 'state' | 'endsAt'>,
  at: Instant,
): Events {
  if (state === 'expired') return subscription.state === 'expired' ? [] : [expiry(businessId)];
  if (isSame({ state, endsAt, cancelledAt: null }, subscription)) return [];
  ensure(state !== 'trial' || endsAt !== null, 'business.subscription_without_end', { path: 'endsAt' });
  ensure(endsAt === null || isAfter(endsAt, at), 'business.subscription_ends_in_past', { path: 'endsAt' });
  return [{ type: 'SubscriptionChanged', data: { businessId, state: state satisfies PaidState, endsAt } }];
}

/** What is paid for until some day is used until then; what has no end ends at once. */
export function cancelled({ businessId, subscription: { state, endsAt, cancelledAt } }: Subscriber): Events {
  if (state === 'expired' || cancelledAt !== null) return [];
  const cancellation: BusinessEvent = { type: 'SubscriptionCancelled', data: { businessId } };
  return endsAt === null ? [cancellation, expiry(businessId)] : [cancellation];
}

export function expired({ businessId, status, subscription }: Subscriber, at: Instant): Events {
  const isDue = subscription.state !== 'expired' && isSubscriptionOver(subscription, at);
  return isDue && status !== 'closed' ? [expiry(businessId)] : [];
}

const expiry = (businessId: Uuid): BusinessEvent => ({ type: 'SubscriptionExpired', data: { businessId } });
