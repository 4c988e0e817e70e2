import { DAY, type LocalDate, MINUTE, plusDays } from '@yoyaku/kernel';
import type { Spend } from './assignment';
import { openingBetween } from './opening';
import { capacityOf, durationsOf, type ResourceRules, type ServiceRules } from './rules';
import { type SessionKind, type Sessions, takeAway } from './sessions';
import type { Interval } from './timetable';

/** A resource, with the sessions that already take its time. */
export interface Candidate extends ResourceRules {
  readonly taken: readonly Sessions[];
}

/** Possible starts in order (epoch ms), and the first and last of the business's dates on which they fall. */
export interface Starts {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly moments: readonly number[];
}

/** For each start, in order: how many bookings a resource can serve, or all candidates of a requirement together. */
export type Units = Float64Array;

/** How many bookings of the service a candidate can serve at each start, if the service takes so many minutes. */
export type UnitsOf = (candidate: Candidate, minutes: number) => Units;

export function freeUnits(service: ServiceRules, partySize: number, starts: Starts, spend: Spend): UnitsOf {
  const openingOf = openingFor(starts, Math.max(0, ...durationsOf(service)));
  return (candidate, minutes) => {
    const wanted: SessionKind = {
      serviceId: service.serviceId,
      length: minutes * MINUTE,
      before: service.bufferBeforeMinutes * MINUTE,
      after: service.bufferAfterMinutes * MINUTE,
    };
    spend(3 * starts.moments.length);
    const units = openPlaces(openingOf(candidate), starts.moments, wanted.length, capacityOf(service, candidate));
    for (const sessions of candidate.taken) takeAway(units, starts.moments, wanted, sessions, spend);
    for (let i = 0; i < units.length; i++) {
      const left = units[i] as number;
      units[i] = left < partySize ? 0 : (left - (left % partySize)) / partySize;
    }
    return units;
  };
}

/** Opening hours of resources, over all dates that matter for bookings that start then and take at most so long. */
function openingFor({ from, to }: Starts, minutes: number): (resource: ResourceRules) => readonly Interval[] {
  const reach = Math.ceil((minutes * MINUTE) / DAY) + 1;
  return openingBetween(plusDays(from, -1 - reach), plusDays(to, reach));
}

function openPlaces(open: readonly Interval[], starts: readonly number[], length: number, capacity: number): Units {
  const places = new Float64Array(starts.length);
  let i = 0;
  for (const stretch of open) {
    while (i < starts.length && (starts[i] as number) < stretch.start) i++;
    while (i < starts.length && (starts[i] as number) + length <= stretch.end) places[i++] = capacity;
  }
  return places;
}
