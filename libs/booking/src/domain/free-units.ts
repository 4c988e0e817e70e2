import { DAY, fromEpochMs, type LocalDate, localDate, MINUTE, plusDays, type Uuid } from '@yoyaku/kernel';
import type { Spend } from './assignment';
import { startsOn } from './grid';
import { PlaceTimes } from './opening';
import { earliestStart, windowEnd } from './request-policies';
import { type BusinessRules, capacityOf, type ResourceRules, type ServiceRules, type Venue } from './rules';
import { type SessionKind, type Sessions, takeAway } from './sessions';
import type { Interval } from './timetable';

/** A resource, with the sessions that already take its time. */
export interface Candidate extends ResourceRules {
  readonly taken: readonly Sessions[];
}

export interface Search {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** When slots may start, epoch ms. */
  readonly range: Interval;
  readonly partySize: number;
  /** The moment of the search, epoch ms. */
  readonly at: number;
}

/** For each start, in order: how many bookings a resource can serve, or all candidates of a requirement together. */
export type Units = Float64Array;

/** Costs in steps: of a span of hours, and of a minute in one in which clocks change. */
const COST_OF_SPAN = 100;
const COST_OF_MINUTE = 100;

/** The starts that the rules allow at a place, and how many bookings a resource can serve there at each of them. */
export class PlaceSearch {
  /** Epoch ms, in order. */
  readonly starts: readonly number[];
  private readonly times: PlaceTimes | undefined;
  private readonly known = new Map<string, Units>();
  private set: ReadonlySet<number> | undefined;

  /** `longest`: the most minutes that a booking may take. */
  constructor(
    private readonly search: Search,
    readonly venue: Venue,
    longest: number,
    private readonly spend: Spend,
  ) {
    const { business, service, range, at } = search;
    const { opening } = venue;
    const start = Math.max(range.start, earliestStart(business, at));
    const end = Math.min(range.end, windowEnd(business, opening.timeZone, at));
    if (start >= end) {
      this.starts = [];
      return;
    }
    const dateOf = (ms: number): LocalDate => localDate(fromEpochMs(ms), opening.timeZone);
    const days = Math.ceil((longest * MINUTE) / DAY) + 1;
    this.times = new PlaceTimes(opening, plusDays(dateOf(start), -1), plusDays(dateOf(end - 1), days));
    const grid = { minutes: service.slotIntervalMinutes, alignment: business.slotAlignment };
    for (const span of this.times.spans) {
      spend(COST_OF_SPAN + (span.changesClock ? COST_OF_MINUTE * ((span.end - span.start) / MINUTE) : 0));
    }
    this.starts = startsOn(this.times.spans, { start, end }, grid);
    spend(this.starts.length);
  }

  /** Whether it is one of the starts. */
  has(start: number): boolean {
    this.set ??= new Set(this.starts);
    return this.set.has(start);
  }

  /** How many bookings of so many minutes the candidate can serve at each start. */
  unitsOf(candidate: Candidate, minutes: number): Units {
    const key: `${Uuid} ${number}` = `${candidate.resourceId} ${minutes}`;
    const units = this.known.get(key) ?? this.freeUnits(candidate, minutes);
    this.known.set(key, units);
    return units;
  }

  /** A session that stands is in the way: who joins it has no time of their own. */
  private freeUnits(candidate: Candidate, minutes: number): Units {
    const { service } = this.search;
    const wanted: SessionKind = {
      serviceId: null,
      length: minutes * MINUTE,
      before: service.bufferBeforeMinutes * MINUTE,
      after: service.bufferAfterMinutes * MINUTE,
      alongside: null,
    };
    return this.unitsIn(wanted, candidate, this.starts);
  }

  /** How many bookings the candidate can serve in such a session at each of these starts. */
  unitsIn(wanted: SessionKind, candidate: Candidate, starts: readonly number[]): Units {
    const { service, partySize } = this.search;
    this.spend(3 * starts.length);
    const open = this.times?.of(candidate) ?? [];
    this.spend(COST_OF_SPAN * ((this.times?.spans.length ?? 0) + open.length));
    const units = openPlaces(open, starts, wanted.length, capacityOf(service, candidate));
    for (const sessions of candidate.taken) takeAway(units, starts, wanted, sessions, this.spend);
    for (let i = 0; i < units.length; i++) {
      const left = units[i] as number;
      if (left < partySize) units[i] = 0;
      else units[i] = service.shared ? (left - (left % partySize)) / partySize : 1;
    }
    return units;
  }
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
