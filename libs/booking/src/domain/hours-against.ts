import { fromEpochMs, localDate } from '@yoyaku/kernel';
import { covers } from './opening';
import { timesAround } from './request-policies';
import type { ResourceRules, Venue } from './rules';
import type { Interval } from './timetable';

/** A place's holiday, or its hours; a resource's exception on that date, or its hours. */
export const HOURS_CAUSES = ['holiday', 'place_hours', 'exception', 'resource_hours'] as const;
type HoursCause = (typeof HOURS_CAUSES)[number];

/** Whose hours leave out the time, or part of it: the place's, the resource's, or those of both. */
export function hoursAgainst(venue: Venue, resource: ResourceRules, interval: Interval): HoursCause[] {
  const { opening } = venue;
  const date = localDate(fromEpochMs(interval.start), opening.timeZone);
  const times = timesAround(venue, interval);
  const usually = timesAround({ opening: { ...opening, holidays: {} } }, interval);
  return [
    ...whatOf(times.open, usually.open, interval, date in opening.holidays, ['holiday', 'place_hours']),
    ...whatOf(
      times.own(resource),
      usually.own({ ...resource, exceptions: {} }),
      interval,
      date in resource.exceptions,
      ['exception', 'resource_hours'],
    ),
  ];
}

/** The exception where it made the difference or is of that date, the usual hours where they do not cover it either. */
function whatOf(
  open: readonly Interval[],
  usually: readonly Interval[],
  interval: Interval,
  isException: boolean,
  [exception, usual]: readonly [HoursCause, HoursCause],
): HoursCause[] {
  if (covers(open, interval)) return [];
  const isUsual = covers(usually, interval);
  return [...(isException || isUsual ? [exception] : []), ...(isUsual ? [] : [usual])];
}
