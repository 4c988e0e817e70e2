import type { BusinessEvent } from '@yoyaku/business/events';
import type { ResourceEvent } from '@yoyaku/catalog/events';
import {
  DAY,
  epochMs,
  fromEpochMs,
  type Instant,
  instant,
  isAfter,
  LAST_INSTANT,
  type LocalDate,
  type Uuid,
} from '@yoyaku/kernel';
import { defineReaction, type Job } from '@yoyaku/reacting';
import { lookWhoWaits } from './waitlist';

/** Nothing can be booked further ahead than the longest window; what is within it the search finds out. */
const FURTHEST = 733 * DAY;

interface Told {
  readonly data: { readonly businessId: Uuid };
  readonly at: Instant;
}

/** Whenever that may be; the last days of the range of time, to which dates are counted, are left out. */
const sometime = ({ data: { businessId }, at }: Told): Job[] => opened(businessId, at, epochMs(at) + FURTHEST);

/** On that date of the place, whatever its zone is. */
function thatDay({ data: { businessId, date }, at }: Told & { readonly data: { readonly date: LocalDate } }): Job[] {
  const midnight = epochMs(instant(`${date}T00:00:00Z`));
  if (midnight > epochMs(at) + FURTHEST) return [];
  return opened(businessId, fromEpochMs(Math.max(midnight - DAY, epochMs(at))), midnight + 2 * DAY);
}

function opened(businessId: Uuid, from: Instant, end: number): Job[] {
  const to = fromEpochMs(Math.min(end, epochMs(LAST_INSTANT) - 3 * DAY));
  return isAfter(to, from) ? [lookWhoWaits.job({ businessId, start: from, from, to }, { until: to })] : [];
}

/**
 * Where people work longer, a place is open longer, or a day off is lifted, what can be booked then is offered to who
 * waits. Whether it is longer nobody asks: what was free before was offered before.
 */
export const openedTime = defineReaction<BusinessEvent | ResourceEvent>({
  name: 'opened-time',
  version: 1,
  from: 'now',
  on: {
    BusinessHoursSet: sometime,
    BusinessHolidaysSet: sometime,
    LocationChanged: sometime,
    ResourceHoursSet: sometime,
    ResourceExceptionAdded: (event) => (event.data.kind === 'hours' ? thatDay(event) : []),
    // It may have been of another date.
    ResourceExceptionChanged: sometime,
    ResourceExceptionRemoved: thatDay,
  },
});
