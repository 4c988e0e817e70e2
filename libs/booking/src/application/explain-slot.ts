import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import { CatalogFacts } from '@yoyaku/catalog';
import { AggregateStore, type Reading } from '@yoyaku/eventing';
import { DomainError, ensure, epochMs, type Instant, newUuid, type Uuid } from '@yoyaku/kernel';
import { Calendar, type CalendarState } from '../domain/calendar.decider';
import { type Explanation, explain, type Unusable } from '../domain/explanation';
import type { Rules } from '../domain/rules';
import { inTurns, type Turns } from './in-turns';
import { RuleBook } from './rule-book';

/** What was withdrawn, or was not there yet. */
const NOT_THERE: readonly string[] = ['business.not_found', 'service.not_found'];

interface SlotAsked {
  readonly businessId: Uuid;
  readonly serviceId: Uuid;
  /** With this resource; absent: with any. */
  readonly resourceId?: Uuid | undefined;
  readonly start: Instant;
  readonly partySize: number;
  /** Only what is at these locations, as who asks is limited to them; empty: anywhere. */
  readonly atLocations: readonly Uuid[];
}

/**
 * Tells why a slot is offered or hidden, by the rules and calendars as the streams have them now, or had them at a
 * moment: what a request to book it goes by, or would have gone by.
 */
@Injectable()
export class SlotExplainer {
  constructor(
    private readonly rules: RuleBook,
    private readonly businesses: BusinessFacts,
    private readonly catalog: CatalogFacts,
    private readonly aggregates: AggregateStore,
  ) {}

  /**
   * `at`: when it is asked; `reading`: the state that is looked at. Throws `resource.not_found`, and as {@link inTurns}
   * does.
   */
  async explain(asked: SlotAsked, at: Instant, reading: Reading, turns: Turns): Promise<Explanation> {
    const { businessId, serviceId, resourceId, start, partySize, atLocations } = asked;
    if (resourceId !== undefined) await this.ensureSeen(resourceId, asked);
    const resourceIds = resourceId === undefined ? [] : [resourceId];
    let rules: Rules;
    try {
      rules = await this.rules.of(businessId, serviceId, { resourceIds, atLocations }, reading);
    } catch (error) {
      if (!(error instanceof DomainError) || !NOT_THERE.includes(error.code)) throw error;
      return { offered: false, reasons: [{ code: error.code }] };
    }
    const wish = { ...rules, bookingId: newUuid(), start: epochMs(start), partySize, resourceIds, at: epochMs(at) };
    const calendars = await this.calendarsOf(rules, reading);
    const unusable = await this.unusable(rules, resourceIds, reading);
    const explaining = explain(wish, {
      calendarOf: (id) => calendars.get(id) ?? Calendar.decider.initial,
      whyUnusable: (id) => unusable.get(id) ?? 'elsewhere',
    });
    return inTurns(explaining, turns);
  }

  /** Throws `resource.not_found` where the business has no such resource, or who asks does not see it. */
  private async ensureSeen(resourceId: Uuid, { businessId, atLocations }: SlotAsked): Promise<void> {
    const resource = await this.catalog.resource(resourceId);
    const isSeen =
      resource.status !== 'none' &&
      resource.businessId === businessId &&
      (atLocations.length === 0 || resource.locationId === null || atLocations.includes(resource.locationId));
    ensure(isSeen, 'resource.not_found', { path: 'resourceId' });
  }

  /** One after another: of a past moment each is read from its beginning. */
  private async calendarsOf({ resources }: Rules, reading: Reading): Promise<Map<Uuid, CalendarState>> {
    const calendars = new Map<Uuid, CalendarState>();
    for (const id of resources.keys()) calendars.set(id, (await this.aggregates.load(Calendar, id, reading)).state);
    return calendars;
  }

  /** What is the matter with those who are named, and that the rules leave out. */
  private async unusable(
    { business, service, resources }: Rules,
    resourceIds: readonly Uuid[],
    reading: Reading,
  ): Promise<Map<Uuid, Unusable>> {
    const named = service.requirements.flatMap(({ anyOf }) => anyOf);
    const reasons = new Map<Uuid, Unusable>();
    for (const id of new Set([...named, ...resourceIds])) {
      if (resources.has(id)) continue;
      reasons.set(id, named.includes(id) ? await this.whyNot(id, business.businessId, reading) : 'not_of_service');
    }
    return reasons;
  }

  private async whyNot(resourceId: Uuid, businessId: Uuid, reading: Reading): Promise<Unusable> {
    const [resource, business] = await Promise.all([
      this.catalog.resource(resourceId, reading),
      this.businesses.business(businessId, reading),
    ]);
    if (resource.status !== 'active') return 'withdrawn';
    const { userId, locationId } = resource;
    if (userId !== null && !(await this.businesses.standing(businessId, userId, reading)))
      return (await this.businesses.isToBeThere(businessId, userId, reading)) ? 'member_invited' : 'member_left';
    const isOpen =
      !isKnownBusiness(business) || locationId === null || business.locations[locationId]?.status === 'open';
    return isOpen ? 'elsewhere' : 'place_closed';
  }
}
