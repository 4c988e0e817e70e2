import { Body, Controller, Headers, Param, Req } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AvailabilityQueries } from '@projections/booking';
import { BusinessQueries } from '@projections/business';
import { ResourceQueries, ServiceQueries } from '@projections/catalog';
import { businessOf, type Scope } from '@yoyaku/access';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { IdentityFacts, User as UserAggregate } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { asking, ensureDates, MAX_DAYS, SEARCH_REFUSES } from '../booking/availability.controller';
import { AvailabilityView, slotsView } from '../booking/availability.views';
import { BookingRequests } from '../booking/booking-requests';
import { BookingView } from '../booking/bookings.views';
import { PLACING_REFUSES } from '../booking/placing';
import { BusinessView, found, publicView } from '../business/business.views';
import { publicResourceView, ResourcePage } from '../catalog/resource.views';
import { ServicesOfBusinessQuery } from '../catalog/service.dto';
import { ServicePage } from '../catalog/service.views';
import {
  type Answer,
  Command,
  Ctx,
  ensureFields,
  InScope,
  inBody,
  ofThing,
  type Principal,
  Problem,
  Query,
  QueryString,
  User,
} from '../conventions';
import { BookAsGuestBody, SlotsOfBusinessQuery, StaffOfBusinessQuery } from './public.dto';

/** The rule of access reads it. */
const SLUG = { name: 'slug', schema: { type: 'string' } } as const;

const BY_SLUG = { visible: ofThing('slug', 'slug', 'business') };

/**
 * A business's own booking page, which knows it by its slug. What is told, and how a booking is made, is as everywhere
 * else; who books has no password, but a phone.
 */
@ApiTags('Booking pages')
@Controller('public')
export class PublicController {
  constructor(
    private readonly commands: Commands,
    private readonly businesses: BusinessQueries,
    private readonly services: ServiceQueries,
    private readonly resources: ResourceQueries,
    private readonly availability: AvailabilityQueries,
    private readonly bookings: BookingRequests,
    private readonly users: IdentityFacts,
  ) {}

  @Query('business/:slug', {
    access: BY_SLUG,
    summary: 'The business of a booking page',
    answers: BusinessView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBookingPage(@Param('slug') slug: string, @InScope() scope: Scope): Promise<BusinessView> {
    return publicView(found(await this.businesses.findBySlug(scope, slug)));
  }

  @Query('business/:slug/services', {
    access: BY_SLUG,
    summary: 'What can be booked there',
    answers: ServicePage,
    reads: ['services'],
    cachedSeconds: 30,
  })
  @ApiParam(SLUG)
  listBookableServices(
    @QueryString() { limit, cursor, sort, ...filter }: ServicesOfBusinessQuery,
    @InScope() scope: Scope,
  ): Promise<ServicePage> {
    return this.services.list(scope, filter, { limit, cursor, sort });
  }

  @Query('business/:slug/staff', {
    access: BY_SLUG,
    summary: 'Who works there',
    answers: ResourcePage,
    reads: ['resources'],
    cachedSeconds: 30,
  })
  @ApiParam(SLUG)
  async listBookableStaff(
    @QueryString() { limit, cursor, sort, ...filter }: StaffOfBusinessQuery,
    @InScope() scope: Scope,
  ): Promise<ResourcePage> {
    const page = await this.resources.list(scope, { ...filter, kind: 'staff' }, { limit, cursor, sort });
    return { ...page, items: page.items.map(publicResourceView) };
  }

  @Query('business/:slug/availability', {
    access: BY_SLUG,
    summary: 'The slots that can be booked there, over at most 62 days',
    answers: AvailabilityView,
    reads: ['availability'],
    cachedSeconds: 2,
    refuses: SEARCH_REFUSES,
  })
  @ApiParam(SLUG)
  async findBookableSlots(
    @QueryString() { timezone: timeZone, partySize = 1, ...query }: SlotsOfBusinessQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Headers('x-min-position') minPosition?: string,
  ): Promise<AvailabilityView> {
    ensureDates(query, MAX_DAYS.slots);
    const question = { ...query, businessId: businessOf(scope) as Uuid, timeZone, partySize };
    return slotsView(await this.availability.slots(scope, question, asking(request, minPosition)));
  }

  @Command('POST', 'booking', {
    access: { permission: 'bookings:create', of: inBody('businessId'), self: 'only' },
    summary: 'Book a service as a guest with a verified phone',
    description:
      'After `POST /auth/phone/verify`, with the token that it gives. Who books for the first time becomes a customer of the business, with that phone.',
    creates: BookingView,
    refuses: [
      ...PLACING_REFUSES,
      'booking.customer_blocked',
      'customer.erased',
      'identity.phone_not_verified',
      'location.unknown',
      'person.erased',
      'service.not_found',
    ],
  })
  async bookAsGuest(
    @Body() { name, businessId, ...wish }: BookAsGuestBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<BookingView>> {
    const known = await this.users.known(user.userId);
    if (known.phone === null) throw new Problem(403, 'identity.phone_not_verified');
    ensureFields([
      [businessId === undefined, { path: 'businessId', code: 'required' }],
      [known.name === null && name === undefined, { path: 'name', code: 'required' }],
    ]);
    if (known.name === null) {
      const named = { type: 'ChangeProfile', data: { name } } as const;
      await this.commands.execute(UserAggregate, user.userId, named, stepOf(context, 'name'));
    }
    return this.bookings.book({ ...wish, businessId: businessId as Uuid }, user, context, request);
  }
}
