import { Controller, Headers, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AvailabilityQueries } from '@projections/booking';
import { CatalogFacts, Service } from '@yoyaku/catalog';
import type { Load } from '@yoyaku/eventing';
import { DomainError, daysBetween, instant, now } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { VisibleBusinesses } from '../business/visible-businesses';
import {
  callerOf,
  inQuery,
  invalid,
  ofAggregate,
  type Principal,
  Query,
  QueryString,
  Rights,
  User,
} from '../conventions';
import {
  AvailabilityQuery,
  AvailabilityView,
  ExplainQuery,
  ExplanationView,
  FreeResourcesQuery,
  FreeResourcesView,
} from './availability.dto';

const MAX_DAYS = 62;

/** A client whose change of the rules was stored expects slots by the new rules. */
const asking = (minPosition: string | undefined) => {
  const load: Load = minPosition === undefined ? 'maxStale' : 'requireLoad';
  return { at: now(), load };
};

@ApiTags('Availability')
@Controller('availability')
export class AvailabilityController {
  constructor(
    private readonly availability: AvailabilityQueries,
    private readonly catalog: CatalogFacts,
    private readonly rights: Rights,
    private readonly businesses: VisibleBusinesses,
  ) {}

  @Query('', {
    access: 'public',
    summary: 'The slots that can be booked, over at most 62 days; 20,000 slots and 100,000 resources at most',
    answers: AvailabilityView,
    refuses: [404, 422],
    reads: ['availability'],
    cachedSeconds: 2,
  })
  async findSlots(
    @QueryString() { timezone: timeZone, partySize = 1, ...question }: AvailabilityQuery,
    @User() user: Principal | null,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<AvailabilityView> {
    const { from, to } = question;
    if (to < from) throw invalid({ path: 'to', code: 'too_small.before_from' });
    if (daysBetween(from, to) >= MAX_DAYS)
      throw invalid({ path: 'to', code: 'too_large.days', facts: { maximum: MAX_DAYS } });
    await this.businesses.ensure(question.businessId, user);
    const isWanted = () => !request.raw.socket.destroyed;
    const asked = { ...asking(minPosition), caller: callerOf(request), isWanted };
    return this.availability.slots({ ...question, timeZone, partySize }, asked);
  }

  @Query('resources', {
    access: 'public',
    summary: 'Who or what is free for a service at a time',
    answers: FreeResourcesView,
    refuses: [404, 422],
    reads: ['availability'],
    about: ofAggregate(Service, inQuery('serviceId')),
    cachedSeconds: 2,
  })
  async findFreeResources(
    @QueryString() { serviceId, start, partySize = 1 }: FreeResourcesQuery,
    @User() user: Principal | null,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<FreeResourcesView> {
    const asked = { ...asking(minPosition), caller: callerOf(request) };
    const service = await this.catalog.service(serviceId, asked.load);
    if (service.status === 'none' || !(await this.businesses.isVisible(service.businessId, user)))
      throw new DomainError('service.not_found', { path: 'serviceId' });
    return { items: await this.availability.slotsAt(serviceId, instant(start), partySize, asked) };
  }

  @Query('explain', {
    access: { permission: 'availability:explain', tenant: ofAggregate(Service, inQuery('serviceId')) },
    summary: 'Why a slot is offered or hidden',
    answers: ExplanationView,
    refuses: [422],
    reads: ['availability'],
  })
  async explainSlot(
    @QueryString() { serviceId, resourceId, start, partySize = 1 }: ExplainQuery,
    @User() user: Principal,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<ExplanationView> {
    const service = await this.catalog.service(serviceId);
    if (service.status === 'none') throw new DomainError('service.not_found');
    const asked = { ...asking(minPosition), within: await this.rights.limitsOf(user, service.businessId) };
    const rules = await this.availability.explain(serviceId, resourceId, instant(start), partySize, asked);
    return { offered: rules.every(({ allowed }) => allowed), rules };
  }
}
