import { Controller, Headers, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AvailabilityQueries } from '@projections/booking';
import { businessOf, locationsOf, type Scope } from '@yoyaku/access';
import { SlotExplainer } from '@yoyaku/booking';
import { Service } from '@yoyaku/catalog';
import type { Load } from '@yoyaku/eventing';
import { daysBetween, epochMs, instant, now, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { callerOf, InScope, inQuery, invalid, ofThing, Query, QueryString } from '../conventions';
import { AvailabilityQuery, ExplainQuery, FreeResourcesQuery } from './availability.dto';
import { AvailabilityView, ExplanationView, FreeResourcesView } from './availability.views';

const MAX_DAYS = 62;

/** A client whose change of the rules was stored expects slots by the new rules. */
const asking = (minPosition: string | undefined) => {
  const load: Load = minPosition === undefined ? 'maxStale' : 'requireLoad';
  return { at: now(), load };
};

const ofService = ofThing(Service, inQuery('serviceId'));

@ApiTags('Availability')
@Controller('availability')
export class AvailabilityController {
  constructor(
    private readonly availability: AvailabilityQueries,
    private readonly explainer: SlotExplainer,
  ) {}

  @Query('', {
    access: { visible: inQuery('businessId') },
    summary: 'The slots that can be booked, over at most 62 days; 20,000 slots and 100,000 resources at most',
    answers: AvailabilityView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: [
      'availability.abandoned',
      'availability.busy',
      'availability.too_large',
      'location.unknown',
      'resource.not_found',
      'service.not_found',
      'time.out_of_range',
    ],
  })
  async findSlots(
    @QueryString() { timezone: timeZone, partySize = 1, ...question }: AvailabilityQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<AvailabilityView> {
    const { from, to } = question;
    if (to < from) throw invalid({ path: 'to', code: 'too_small.before_from' });
    if (daysBetween(from, to) >= MAX_DAYS)
      throw invalid({ path: 'to', code: 'too_large.days', facts: { maximum: MAX_DAYS } });
    const isWanted = () => !request.raw.socket.destroyed;
    const asked = { ...asking(minPosition), caller: callerOf(request), isWanted };
    return this.availability.slots(scope, { ...question, timeZone, partySize }, asked);
  }

  @Query('resources', {
    access: { visible: ofService },
    summary: 'Who or what is free for a service at a time',
    answers: FreeResourcesView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: ['availability.busy', 'availability.too_large', 'time.out_of_range'],
  })
  async findFreeResources(
    @QueryString() { serviceId, start, partySize = 1 }: FreeResourcesQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<FreeResourcesView> {
    const asked = { ...asking(minPosition), caller: callerOf(request) };
    return { items: await this.availability.slotsAt(scope, serviceId, instant(start), partySize, asked) };
  }

  @Query('explain', {
    access: { permission: 'availability:explain', of: ofService },
    summary: 'Why a slot is offered or hidden, now or at a past moment',
    answers: ExplanationView,
    refuses: ['resource.not_found', 'time.out_of_range'],
  })
  explainSlot(
    @QueryString() { partySize = 1, at, ...asked }: ExplainQuery,
    @InScope() scope: Scope,
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
      ? this.explainer.explain(slot, moment, 'requireLoad')
      : this.explainer.explain(slot, instant(at), { asOf: instant(at) });
  }
}
