import { ensure } from '@yoyaku/kernel';
import type { Spend } from './assignment';

/**
 * Limits of one answer: slots, and resource ids in all slots together, which keep it below some 6 MB of JSON; and steps
 * of the search, which are list entries that are looked at, about one second of work.
 */
export const LIMITS = { slots: 20_000, resources: 100_000, steps: 100_000_000 };

/** Steps between two pauses: about a millisecond. */
const STRIDE = 100_000;

/** Counts the steps of a search. */
export class Effort {
  private left = LIMITS.steps;
  private nextPause = LIMITS.steps - STRIDE;

  /** Throws `availability.too_large`. */
  readonly spend: Spend = (steps) => {
    this.left -= steps;
    ensure(this.left >= 0, 'availability.too_large', LIMITS);
  };

  /** Who asks pauses when it is. */
  isPauseDue(): boolean {
    const isDue = this.left <= this.nextPause;
    if (isDue) this.nextPause = this.left - STRIDE;
    return isDue;
  }
}
