import { ExpireSubscriptions, subscriptionExpiry } from './subscription-expiry';

/** What follows from events of businesses. */
export const businessReactions = [subscriptionExpiry];

/** Who does the jobs of these reactions. */
export const businessJobHandlers = [ExpireSubscriptions];
