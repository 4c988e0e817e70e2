import { Injectable } from '@nestjs/common';
import { businessOf, locationsOf, type Scope } from '@yoyaku/access';
import {
  doneWith,
  type FreeResource,
  findFree,
  findSlots,
  findStarts,
  type Interval,
  inTurns,
  localDays,
  type OfferedSlot,
  type OwnTime,
  offersOf,
  RuleBook,
  type Rules,
  type Sessions,
  type SlotSearch,
  type Turns,
  withoutEntries,
} from '@yoyaku/booking';
import type { Load } from '@yoyaku/eventing';
import {
  atLocal,
  DAY,
  DomainError,
  epochMs,
  FIRST_INSTANT,
  fromEpochMs,
  type Instant,
  LAST_INSTANT,
  type LocalDate,
  MINUTE,
  type Uuid,
} from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { BUSY_DAYS, sessionsOn } from './busy-days.queries';

export interface SlotQuestion {
  readonly serviceId: Uuid;
  /** Local dates, both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The time zone of the dates; if absent, that of the location asked for, else the business's. */
  readonly timeZone?: string;
  /** Only slots with this resource. */
  readonly resourceId?: Uuid;
  /** At this location. */
  readonly locationId?: Uuid;
  readonly partySize: number;
  /** The booking that is to be moved: its own time is free to it. */
  readonly moving?: OwnTime | undefined;
}

/** The dates that are asked about, with all that can be booked on them. */
interface Asked {
  readonly timeZone: string;
  readonly search: SlotSearch;
}

/** How many starts are free on a date, and the first of them. */
export interface FreeDay {
  readonly date: LocalDate;
  readonly free: number;
  readonly first: Instant | null;
}

/** The circumstances of a question: when, by whom, and how current the rules must be. */
export interface Asking extends Turns {
  readonly at: Instant;
  readonly load: Load;
}

/** What can be booked, by the same rules as a booking request, from the read model of taken time. */
@Injectable()
export class AvailabilityQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly rules: RuleBook,
  ) {}

  /**
   * The slots of some dates. Throws `business.not_found`, `service.not_found`, `location.unknown`,
   * `availability.too_large`, `.busy`, `.abandoned`.
   */
  async slots(
    scope: Scope,
    question: SlotQuestion,
    asking: Asking,
  ): Promise<{ timeZone: string; slots: OfferedSlot[] }> {
    const { timeZone, search } = await this.asked(scope, question, asking);
    const slots = await inTurns(findSlots(search), asking);
    // A service without requirements is found by its own calendar, which is no resource to those who ask.
    const isOwn = search.candidates.has(search.service.serviceId);
    return { timeZone, slots: isOwn ? slots.map((slot) => ({ ...slot, resourceIds: [] })) : slots };
  }

  /** What is free on each of some dates. Throws as {@link slots} does. */
  async days(scope: Scope, question: SlotQuestion, asking: Asking): Promise<{ timeZone: string; days: FreeDay[] }> {
    const { timeZone, search } = await this.asked(scope, question, asking);
    const starts = await inTurns(findStarts(search), asking);
    let next = 0;
    const days = localDays(timeZone, question.from, question.to).map(({ date, end }) => {
      const before = next;
      while (next < starts.length && (starts[next] as number) < end) next++;
      const free = next - before;
      return { date, free, first: free > 0 ? fromEpochMs(starts[before] as number) : null };
    });
    return { timeZone, days };
  }

  /** The resources that can be booked at that moment. Throws `service.not_found`. */
  async freeAt(
    scope: Scope,
    { start, ...question }: Pick<SlotQuestion, 'serviceId' | 'partySize' | 'moving'> & { readonly start: Instant },
    asking: Asking,
  ): Promise<FreeResource[]> {
    const range = { start: epochMs(start), end: epochMs(start) + 1 };
    const rules = await this.rulesOf(scope, question, asking);
    const free = await inTurns(findFree(await this.searchFor(range, rules, question, asking)), asking);
    return free.filter(({ resourceId }) => resourceId !== question.serviceId);
  }

  private async asked(scope: Scope, question: SlotQuestion, asking: Asking): Promise<Asked> {
    const { resourceId, from, to } = question;
    const all = await this.rulesOf(scope, question, asking);
    const rules = resourceId === undefined ? all : { ...all, service: doneWith(all.service, resourceId) };
    const place = question.locationId === undefined ? undefined : rules.venues[0]?.opening;
    const { timeZone = place?.timeZone ?? rules.business.timeZone } = question;
    const range = { start: epochMs(atLocal(from, '00:00', timeZone)), end: epochMs(atLocal(to, '24:00', timeZone)) };
    return { timeZone, search: await this.searchFor(range, rules, question, asking) };
  }

  /** With nothing that is at other locations than the scope's. */
  private rulesOf(
    scope: Scope,
    { serviceId, locationId }: Pick<SlotQuestion, 'serviceId' | 'locationId'>,
    { load }: Asking,
  ): Promise<Rules> {
    return this.rules.of(inBusiness(scope), serviceId, { locationId, atLocations: locationsOf(scope) }, load);
  }

  private async searchFor(
    range: Interval,
    { business, service, venues, resources }: Rules,
    { partySize, moving }: Pick<SlotQuestion, 'partySize' | 'moving'>,
    { at }: Asking,
  ): Promise<SlotSearch> {
    const longest = Math.max(0, ...offersOf(service, partySize).map(({ minutes }) => minutes)) * MINUTE;
    const around = { start: range.start, end: range.end + longest };
    const taken = await this.takenAround(around, [...resources.keys()]);
    const candidates = new Map(
      [...resources].map(([id, resource]) => {
        const own = moving?.entries.get(id) ?? [];
        return [id, { ...resource, taken: withoutEntries(taken.get(id) ?? [], own) }];
      }),
    );
    return { business, service, venues, candidates, range, partySize, at: epochMs(at) };
  }

  /** The taken time of these resources then, and one day around it: buffers are at most a day long. */
  private async takenAround({ start, end }: Interval, ids: readonly Uuid[]): Promise<Map<Uuid, Sessions[]>> {
    const [from, to] = [utcDate(start - DAY), utcDate(end + DAY)];
    const rows = await this.readModels.query<{ resourceId: Uuid; days: string }>(BUSY_DAYS, [ids, from, to], {
      name: 'busy days',
    });
    return new Map(rows.map(({ resourceId, days }) => [resourceId, sessionsOn(JSON.parse(days), Date.parse(from))]));
  }
}

/** The date in UTC, within the range of instants: no time outside is taken. */
const utcDate = (ms: number): LocalDate => fromEpochMs(Math.min(LAST, Math.max(FIRST, ms))).slice(0, 10) as LocalDate;

const [FIRST, LAST] = [epochMs(FIRST_INSTANT), epochMs(LAST_INSTANT)];

function inBusiness(scope: Scope): Uuid {
  const businessId = businessOf(scope);
  if (!businessId) throw new DomainError('business.not_found', { path: 'businessId' });
  return businessId;
}
