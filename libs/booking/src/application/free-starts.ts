import { Injectable } from '@nestjs/common';
import { AggregateStore, type Load } from '@yoyaku/eventing';
import {
  DAY,
  DomainError,
  epochMs,
  fromEpochMs,
  type Instant,
  type LocalDate,
  localDate,
  MINUTE,
  type Uuid,
} from '@yoyaku/kernel';
import { Calendar, type CalendarState } from '../domain/calendar.decider';
import { offersOf } from '../domain/offers';
import { earliestStart, windowEnd } from '../domain/request-policies';
import type { Rules } from '../domain/rules';
import { type Sessions, sessionOf } from '../domain/sessions';
import { findStarts } from '../domain/slot-search';
import type { Interval } from '../domain/timetable';
import type { WaitlistWish } from '../domain/waitlist.events';
import { othersBetween } from './others-first';
import { RuleBook } from './rule-book';

/** Time that has become free, of which a service may make use. */
export interface FreedTime {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  /** What it was taken for began then: a booking at the same time fills it best. */
  readonly start: Instant;
  /** With the buffers around it. */
  readonly from: Instant;
  readonly to: Instant;
}

/** A moment at which a booking can be made now. */
export interface FreeStart {
  /** Epoch ms, for the longest that it may last. */
  readonly span: Interval;
  /** The date at the place. */
  readonly date: LocalDate;
  /** With the places of one time zone alone. */
  readonly rules: Rules;
}

type Wish = Pick<WaitlistWish, 'partySize' | 'resourceIds' | 'locationId'>;

/** Finds what can be booked of time that has become free, from the calendars themselves. */
@Injectable()
export class FreeStarts {
  constructor(
    private readonly rules: RuleBook,
    private readonly aggregates: AggregateStore,
  ) {}

  within(freed: FreedTime, at: Instant): StartsWithin {
    return new StartsWithin(this.rules, this.aggregates, freed, at);
  }
}

/** The search goes through so much at a time: how long one may last is limited. */
const AT_A_TIME = 31 * DAY;

/** Of many people who want the same it is searched once. */
export class StartsWithin {
  private readonly rulesOf = new Map<string, Promise<readonly Rules[]>>();
  private readonly found = new Map<string, Promise<FreeStart[]>>();
  private load: Load = 'requireLoad';

  constructor(
    private readonly ruleBook: RuleBook,
    private readonly aggregates: AggregateStore,
    private readonly freed: FreedTime,
    private readonly at: Instant,
  ) {}

  /** In the order in which they are to be offered. */
  startsFor(wish: Wish): Promise<readonly FreeStart[]> {
    return this.found.getOrInsertComputed(keyOf(wish), () => this.search(wish));
  }

  /** The rules refused what was found: it is offered to nobody who wants the same. */
  async drop(wish: Wish, start: FreeStart): Promise<void> {
    const found = await this.startsFor(wish);
    this.found.set(keyOf(wish), Promise.resolve(found.filter((one) => one !== start)));
  }

  /** Something was taken: what is left is searched anew, in calendars as this process knows them, or as they are. */
  searchAgain(load: Load): void {
    this.found.clear();
    this.load = load;
  }

  private async search(wish: Wish): Promise<FreeStart[]> {
    const found: FreeStart[] = [];
    const all = await this.rulesOf.getOrInsertComputed(keyOf(wish), () => this.rulesFor(wish));
    for (const rules of all) found.push(...(await this.searchBy(rules, wish.partySize)));
    const isBest = ({ span }: FreeStart): boolean => span.start === epochMs(this.freed.start);
    return found.toSorted((a, b) => Number(isBest(b)) - Number(isBest(a)) || a.span.start - b.span.start);
  }

  /** One for each time zone of the places; none where nothing can be booked at all. */
  private async rulesFor({ resourceIds, locationId }: Wish): Promise<Rules[]> {
    const { businessId, serviceId } = this.freed;
    const limits = { resourceIds, locationId: locationId ?? undefined };
    try {
      const rules = await this.ruleBook.of(businessId, serviceId, limits, 'requireLoad');
      const zones = Map.groupBy(rules.venues, ({ opening }) => opening.timeZone);
      return [...zones.values()].map((venues) => ({ ...rules, venues }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return [];
    }
  }

  private async searchBy(rules: Rules, partySize: number): Promise<FreeStart[]> {
    const { business, service, venues, resources } = rules;
    const timeZone = venues[0]?.opening.timeZone ?? business.timeZone;
    const now = epochMs(this.at);
    const longest = Math.max(0, ...offersOf(service, partySize).map(({ minutes }) => minutes)) * MINUTE;
    const [before, after] = [service.bufferBeforeMinutes * MINUTE, service.bufferAfterMinutes * MINUTE];
    // From the last to be over when the time begins to be free, to the last to begin before it ends.
    const first = Math.max(epochMs(this.freed.from) - after - longest + 1, earliestStart(business, now));
    const last = Math.min(epochMs(this.freed.to) + before, windowEnd(business, timeZone, now));
    const found: FreeStart[] = [];
    const calendars = await this.calendarsOf([...resources.keys()]);
    for (let start = first; start < last; start += AT_A_TIME) {
      const range = { start, end: Math.min(start + AT_A_TIME, last) };
      const around = { start: range.start - DAY, end: range.end + longest + DAY };
      const candidates = new Map(
        [...resources].map(([id, one]) => [id, { ...one, taken: takenOf(calendars.get(id), around) }] as const),
      );
      const search = { business, service, venues, candidates, range, partySize, at: now };
      for (const at of await othersBetween(findStarts(search))) {
        found.push({ span: { start: at, end: at + longest }, date: localDate(fromEpochMs(at), timeZone), rules });
      }
    }
    return found;
  }

  private async calendarsOf(ids: readonly Uuid[]): Promise<Map<Uuid, CalendarState>> {
    const loaded = ids.map(async (id) => [id, (await this.aggregates.load(Calendar, id, this.load)).state] as const);
    return new Map(await Promise.all(loaded));
  }
}

const keyOf = ({ partySize, resourceIds, locationId }: Wish): string =>
  JSON.stringify([partySize, resourceIds.toSorted(), locationId]);

const takenOf = (calendar: CalendarState | undefined, around: Interval): Sessions[] =>
  (calendar?.entries ?? [])
    .filter(({ start, end, before, after }) => end + after > around.start && start - before < around.end)
    .map(sessionOf);
