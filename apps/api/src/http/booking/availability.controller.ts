import { Controller, Headers, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Asking, AvailabilityQueries, type SlotQuestion } from '@projections/booking';
import { businessOf, locationsOf, type Scope } from '@yoyaku/access';
import { BookedTime, Booking, type OwnTime, SlotExplainer, type Turns } from '@yoyaku/booking';
import { CatalogFacts, Service } from '@yoyaku/catalog';
import type { Load } from '@yoyaku/eventing';
import { daysBetween, epochMs, instant, now, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { callerOf, InScope, inQuery, invalid, ofThing, type PermissionRule, Query, QueryString } from '../conventions';
import { Rights } from '../conventions/access/rights';
import { AvailabilityQuery, ExplainQuery, FreeDaysQuery, FreeResourcesQuery } from './availability.dto';
import {
  AvailabilityView,
  ExplanationView,
  FreeDaysView,
  FreeResourcesView,
  freeResource,
  slotsView,
} from './availability.views';

export const MAX_DAYS = { slots: 62, days: 366 };

export const SEARCH_REFUSES = [
  'access.forbidden',
  'availability.abandoned',
  'availability.busy',
  'availability.too_large',
  'booking.not_found',
  'location.unknown',
  'resource.not_found',
  'service.not_found',
  'time.out_of_range',
] as const;

const turnsOf = (request: FastifyRequest): Turns => ({
  caller: callerOf(request),
  isWanted: () => !request.raw.socket.destroyed,
});

/** A client whose change of the rules was stored expects slots by the new rules. */
export function asking(request: FastifyRequest, minPosition: string | undefined): Asking {
  const load: Load = minPosition === undefined ? 'maxStale' : 'requireLoad';
  return { at: now(), load, ...turnsOf(request) };
}

/** Throws 400 unless these are at most so many dates. */
export function ensureDates({ from, to }: Pick<AvailabilityQuery, 'from' | 'to'>, maximum: number): void {
  if (to < from) throw invalid({ path: 'to', code: 'too_small.before_from' });
  if (daysBetween(from, to) >= maximum) throw invalid({ path: 'to', code: 'too_large.days', facts: { maximum } });
}

/** Whoever asks where a booking may go must be allowed to move it. */
const MOVED: PermissionRule = {
  permission: 'bookings:reschedule',
  of: ofThing(Booking, inQuery('bookingId')),
  self: 'first',
};

const ofService = ofThing(Service, inQuery('serviceId'));

@ApiTags('Availability')
@Controller('availability')
export class AvailabilityController {
  constructor(
    private readonly availability: AvailabilityQueries,
    private readonly explainer: SlotExplainer,
    private readonly bookedTime: BookedTime,
    private readonly catalog: CatalogFacts,
    private readonly rights: Rights,
  ) {}

  @Query('', {
    access: { visible: inQuery('businessId') },
    summary: 'The slots that can be booked, over at most 62 days; 20,000 slots and 100,000 resources at most',
    answers: AvailabilityView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: SEARCH_REFUSES,
  })
  async findSlots(
    @QueryString() query: AvailabilityQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<AvailabilityView> {
    const question = await this.questionOf(query, MAX_DAYS.slots, request);
    return slotsView(await this.availability.slots(scope, question, asking(request, minPosition)));
  }

  @Query('days', {
    access: { visible: inQuery('businessId') },
    summary: 'On which days anything can be booked, over at most 366 days',
    answers: FreeDaysView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: SEARCH_REFUSES,
  })
  async findFreeDays(
    @QueryString() query: FreeDaysQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<FreeDaysView> {
    const question = await this.questionOf(query, MAX_DAYS.days, request);
    const { timeZone, days } = await this.availability.days(scope, question, asking(request, minPosition));
    return { timeZone, items: days };
  }

  @Query('resources', {
    access: { visible: ofService },
    summary: 'Who or what can be booked for a service at a time, and what each would take',
    answers: FreeResourcesView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: [
      'access.forbidden',
      'availability.busy',
      'availability.too_large',
      'booking.not_found',
      'time.out_of_range',
    ],
  })
  async findFreeResources(
    @QueryString() query: FreeResourcesQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<FreeResourcesView> {
    const { serviceId } = query;
    const moving = await this.movingOf(query, { businessId: businessOf(scope) as Uuid, serviceId }, request);
    const { partySize = moving?.partySize ?? 1 } = query;
    const question = { serviceId, start: instant(query.start), partySize, moving };
    const free = await this.availability.freeAt(scope, question, asking(request, minPosition));
    const items = await Promise.all(
      free.map(async (one) => freeResource(one, await this.catalog.activeResource(one.resourceId))),
    );
    return { items };
  }

  @Query('explain', {
    access: { permission: 'availability:explain', of: ofService },
    summary: 'Why a slot is offered or hidden, now or at a past moment',
    answers: ExplanationView,
    refuses: ['availability.abandoned', 'availability.busy', 'resource.not_found', 'time.out_of_range'],
  })
  explainSlot(
    @QueryString() { partySize = 1, at, ...asked }: ExplainQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<ExplanationView> {
    const moment = now();
    if (at !== undefined && epochMs(at) > epochMs(moment)) {
      throw invalid({ path: 'at', code: 'too_large.future', facts: { latest: moment } });
    }
    const slot = {
      ...asked,
      businessId: businessOf(scope) as Uuid,
      start: instant(asked.start),
      partySize,
      atLocations: locationsOf(scope),
    };
    return at === undefined
      ? this.explainer.explain(slot, moment, 'requireLoad', turnsOf(request))
      : this.explainer.explain(slot, instant(at), { asOf: instant(at) }, turnsOf(request));
  }

  private async questionOf(
    { timezone: timeZone, bookingId, partySize, ...question }: AvailabilityQuery,
    maximum: number,
    request: FastifyRequest,
  ): Promise<SlotQuestion> {
    ensureDates(question, maximum);
    const moving = await this.movingOf({ bookingId }, question, request);
    return { ...question, timeZone, moving, partySize: partySize ?? moving?.partySize ?? 1 };
  }

  /** The time of the booking that is to be moved. Throws `booking.not_found` to who may not move it. */
  private async movingOf(
    { bookingId }: { readonly bookingId?: Uuid },
    service: { readonly businessId: Uuid; readonly serviceId: Uuid },
    request: FastifyRequest,
  ): Promise<OwnTime | undefined> {
    if (bookingId === undefined) return undefined;
    await this.rights.scopeOf(MOVED, request, request.principal);
    return this.bookedTime.of(bookingId, service);
  }
}
