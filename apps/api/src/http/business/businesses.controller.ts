import { Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { ServiceQueries } from '@projections/catalog';
import type { Scope } from '@yoyaku/access';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { ServicesOfBusinessQuery } from '../catalog/service.dto';
import { ServicePage } from '../catalog/service.views';
import { type Answer, IdParam, InScope, inPath, ofThing, partOf, Query, QueryString } from '../conventions';
import { BusinessesQuery } from './business.dto';
import {
  BusinessPage,
  BusinessView,
  found,
  HolidaysView,
  HoursView,
  inOrder,
  LocationList,
  LocationView,
  publicView,
  SettingsView,
} from './business.views';

const VISIBLE = { visible: inPath('id') };

@ApiTags('Businesses')
@Controller('businesses')
export class BusinessesController {
  constructor(
    private readonly queries: BusinessQueries,
    private readonly serviceQueries: ServiceQueries,
  ) {}

  @Query('', {
    access: 'listed',
    summary: 'Businesses that take bookings',
    answers: BusinessPage,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async listBusinesses(
    @QueryString() { limit, cursor, sort, ...filter }: BusinessesQuery,
    @InScope() scope: Scope,
  ): Promise<BusinessPage> {
    const page = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { ...page, items: page.items.map(publicView) };
  }

  @Query('slug/:slug', {
    access: { visible: ofThing('slug', 'slug', 'business') },
    summary: 'A business by its slug',
    answers: BusinessView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusinessBySlug(@Param('slug') slug: string, @InScope() scope: Scope): Promise<BusinessView> {
    return publicView(found(await this.queries.findBySlug(scope, slug)));
  }

  @Query(':id', {
    access: VISIBLE,
    summary: 'A business',
    answers: BusinessView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusiness(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<BusinessView> {
    return publicView(found(await this.queries.find(scope, id)));
  }

  @Query(':id/services', {
    access: VISIBLE,
    summary: 'What a business offers',
    answers: ServicePage,
    reads: ['businesses', 'services'],
    cachedSeconds: 30,
  })
  async listBusinessServices(
    @IdParam('id') businessId: Uuid,
    @QueryString() { limit, cursor, sort, ...filter }: ServicesOfBusinessQuery,
    @InScope() scope: Scope,
  ): Promise<ServicePage> {
    found(await this.queries.find(scope, businessId));
    return this.serviceQueries.list(scope, filter, { limit, cursor, sort });
  }

  @Query(':id/hours', {
    access: VISIBLE,
    summary: 'When a business is open',
    answers: HoursView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusinessHours(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<Answer<HoursView>> {
    const business = found(await this.queries.find(scope, id));
    return partOf(business, { timeZone: business.timeZone, hours: inOrder(business.hours) });
  }

  @Query(':id/settings', {
    access: VISIBLE,
    summary: 'How a business takes bookings',
    answers: SettingsView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusinessSettings(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<Answer<SettingsView>> {
    const business = found(await this.queries.find(scope, id));
    return partOf(business, business.settings);
  }

  @Query(':id/holidays', {
    access: VISIBLE,
    summary: 'Days on which a business is closed',
    answers: HolidaysView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusinessHolidays(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<Answer<HolidaysView>> {
    const business = found(await this.queries.find(scope, id));
    return partOf(business, { holidays: business.holidays });
  }

  @Query(':id/locations', {
    access: VISIBLE,
    summary: 'Where a business is',
    answers: LocationList,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async listLocations(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<LocationList> {
    found(await this.queries.find(scope, id));
    return { items: await this.queries.locations(scope) };
  }

  @Query(':id/locations/:locationId', {
    access: VISIBLE,
    summary: 'One place where a business is',
    answers: LocationView,
    reads: ['businesses'],
    cachedSeconds: 30,
    refuses: ['location.not_found'],
  })
  async getLocation(
    @IdParam('id') id: Uuid,
    @IdParam('locationId') locationId: Uuid,
    @InScope() scope: Scope,
  ): Promise<LocationView> {
    found(await this.queries.find(scope, id));
    const location = await this.queries.location(scope, locationId);
    if (!location) throw new DomainError('location.not_found');
    return location;
  }
}
