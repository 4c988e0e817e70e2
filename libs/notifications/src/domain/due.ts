import type { Instant } from '@yoyaku/kernel';
import type { Notice } from './notice';

/** Whether a message would come too late to be of use: nobody is reminded of what has begun. */
export function isTooLate({ kind, facts }: Notice, now: Instant): boolean {
  if (kind === 'booking_reminder') return Date.parse(facts.start) <= Date.parse(now);
  if (kind === 'trial_ending') return Date.parse(facts.endsAt) <= Date.parse(now);
  return kind === 'waitlist_offer' && Date.parse(facts.heldUntil) <= Date.parse(now);
}
