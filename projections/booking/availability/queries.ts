import { Injectable } from '@nestjs/common';
import { businessOf, locationsOf, type Scope } from '@yoyaku/access';
import {
  doneWith,
  findSlots,
  type Interval,
  type OfferedSlot,
  offersOf,
  RuleBook,
  type Rules,
  type Sessions,
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
import { inTurns, type Turns } from './in-turns';

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
}

/** The circumstances of a question: when, by whom, and how current the rules must be. */
interface Asking extends Turns {
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

  /** Throws `business.not_found`, `service.not_found`, `availability.too_large`, `.busy`, `.abandoned`. */
  async slots(
    scope: Scope,
    question: SlotQuestion,
    asking: Asking,
  ): Promise<{ timeZone: string; slots: OfferedSlot[] }> {
    const { resourceId } = question;
    const all = await this.rulesOf(scope, question, asking);
    const rules = resourceId === undefined ? all : { ...all, service: doneWith(all.service, resourceId) };
    const place = question.locationId === undefined ? undefined : rules.venues[0]?.opening;
    const { from, to, timeZone = place?.timeZone ?? rules.business.timeZone, partySize } = question;
    const range = { start: epochMs(atLocal(from, '00:00', timeZone)), end: epochMs(atLocal(to, '24:00', timeZone)) };
    return { timeZone, slots: await this.slotsWithin(range, rules, partySize, asking) };
  }

  /** The resources that can be booked at that moment. Throws `service.not_found`. */
  async slotsAt(
    scope: Scope,
    serviceId: Uuid,
    start: Instant,
    partySize: number,
    asking: Asking,
  ): Promise<OfferedSlot[]> {
    const range = { start: epochMs(start), end: epochMs(start) + 1 };
    return this.slotsWithin(range, await this.rulesOf(scope, { serviceId }, asking), partySize, asking);
  }

  /** With nothing that is at other locations than the scope's. */
  private rulesOf(
    scope: Scope,
    { serviceId, locationId }: Pick<SlotQuestion, 'serviceId' | 'locationId'>,
    { load }: Asking,
  ): Promise<Rules> {
    return this.rules.of(inBusiness(scope), serviceId, { locationId, atLocations: locationsOf(scope) }, load);
  }

  private async slotsWithin(
    range: Interval,
    { business, service, venues, resources }: Rules,
    partySize: number,
    { at, ...turns }: Asking,
  ): Promise<OfferedSlot[]> {
    const ids = [...resources.keys()];
    const longest = Math.max(0, ...offersOf(service, partySize).map(({ minutes }) => minutes)) * MINUTE;
    const taken = await this.takenAround({ start: range.start, end: range.end + longest }, ids);
    const candidates = new Map(
      [...resources].map(([id, resource]) => [id, { ...resource, taken: taken.get(id) ?? [] }]),
    );
    const search = { business, service, venues, candidates, range, partySize, at: epochMs(at) };
    const slots = await inTurns(findSlots(search), turns);
    // A service without requirements is found by its own calendar, which is no resource to those who ask.
    return resources.has(service.serviceId) ? slots.map((slot) => ({ ...slot, resourceIds: [] })) : slots;
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
