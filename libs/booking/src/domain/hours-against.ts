import { fromEpochMs, localDate } from '@yoyaku/kernel';
import { covers } from './opening';
import { timesAround } from './request-policies';
import type { OpeningRules, ResourceRules, Venue } from './rules';
import type { Interval } from './timetable';

/** A place's holiday, or its hours; a resource's exception on that date, or its hours. */
export const HOURS_CAUSES = ['holiday', 'place_hours', 'exception', 'resource_hours'] as const;
type HoursCause = (typeof HOURS_CAUSES)[number];

/** Whose hours leave out the time, or part of it: the place's, the resource's, or those of both. */
export const hoursAgainst = ({ opening }: Venue, resource: ResourceRules, interval: Interval): HoursCause[] => [
  ...placeHoursAgainst(opening, interval),
  ...ownHoursAgainst(opening, resource, interval),
];

/** What of a place's opening leaves out the time, or part of it. */
export function placeHoursAgainst(opening: OpeningRules, interval: Interval): HoursCause[] {
  if (covers(timesAround({ opening }, interval).open, interval)) return [];
  const usually = timesAround({ opening: { ...opening, holidays: {} } }, interval);
  const isUsual = covers(usually.open, interval);
  return whatOf(isUsual, dateOf(opening, interval) in opening.holidays, ['holiday', 'place_hours']);
}

/** What of a resource's own hours, which it has at that place, leaves out the time, or part of it. */
export function ownHoursAgainst(
  opening: OpeningRules,
  resource: Pick<ResourceRules, 'hours' | 'exceptions'>,
  interval: Interval,
): HoursCause[] {
  const times = timesAround({ opening }, interval);
  if (covers(times.own(resource), interval)) return [];
  const isUsual = covers(times.own({ ...resource, exceptions: {} }), interval);
  return whatOf(isUsual, dateOf(opening, interval) in resource.exceptions, ['exception', 'resource_hours']);
}

const dateOf = ({ timeZone }: OpeningRules, { start }: Interval) => localDate(fromEpochMs(start), timeZone);

/** The exception where it made the difference or is of that date, the usual hours where they do not cover it either. */
const whatOf = (
  isUsual: boolean,
  isException: boolean,
  [exception, usual]: readonly [HoursCause, HoursCause],
): HoursCause[] => [...(isException || isUsual ? [exception] : []), ...(isUsual ? [] : [usual])];
