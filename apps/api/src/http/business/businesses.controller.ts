import { Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { ServiceQueries, type ServiceRow } from '@projections/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import type { Page } from '@yoyaku/projecting';
import { ServicePage, ServicesOfBusinessQuery } from '../catalog/service.dto';
import { type Answer, IdParam, inPath, type Principal, partOf, Query, QueryString, User } from '../conventions';
import {
  BusinessesQuery,
  BusinessPage,
  BusinessView,
  HolidaysBody,
  HoursView,
  LocationList,
  LocationView,
  SettingsView,
} from './business.dto';
import { inOrder, publicView } from './business.views';
import { VisibleBusinesses } from './visible-businesses';

@ApiTags('Businesses')
@Controller('businesses')
export class BusinessesController {
  constructor(
    private readonly queries: BusinessQueries,
    private readonly serviceQueries: ServiceQueries,
    private readonly businesses: VisibleBusinesses,
  ) {}

  @Query('', {
    access: 'public',
    summary: 'Businesses that take bookings',
    answers: BusinessPage,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async listBusinesses(@QueryString() { limit, cursor, sort, ...filter }: BusinessesQuery): Promise<BusinessPage> {
    const page = await this.queries.list({ ...filter, status: 'approved' }, { limit, cursor, sort });
    return { ...page, items: page.items.map(publicView) };
  }

  @Query('slug/:slug', {
    access: 'public',
    summary: 'A business by its slug',
    answers: BusinessView,
    reads: ['businesses'],
    cachedSeconds: 30,
  })
  async getBusinessBySlug(@Param('slug') slug: string, @User() user: Principal | null): Promise<BusinessView> {
    return publicView(await this.businesses.findBySlug(slug, user));
  }

  @Query(':id', {
    access: 'public',
    summary: 'A business',
    answers: BusinessView,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async getBusiness(@IdParam('id') id: Uuid, @User() user: Principal | null): Promise<BusinessView> {
    return publicView(await this.businesses.find(id, user));
  }

  @Query(':id/services', {
    access: 'public',
    summary: 'What a business offers',
    answers: ServicePage,
    reads: ['businesses', 'services'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async listBusinessServices(
    @IdParam('id') businessId: Uuid,
    @QueryString() { limit, cursor, sort, ...filter }: ServicesOfBusinessQuery,
    @User() user: Principal | null,
  ): Promise<Page<ServiceRow>> {
    await this.businesses.find(businessId, user);
    return this.serviceQueries.list({ ...filter, businessId }, { limit, cursor, sort });
  }

  @Query(':id/hours', {
    access: 'public',
    summary: 'When a business is open',
    answers: HoursView,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async getBusinessHours(@IdParam('id') id: Uuid, @User() user: Principal | null): Promise<Answer<HoursView>> {
    const business = await this.businesses.find(id, user);
    return partOf(business, { timeZone: business.timeZone, hours: inOrder(business.hours) });
  }

  @Query(':id/settings', {
    access: 'public',
    summary: 'How a business takes bookings',
    answers: SettingsView,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async getBusinessSettings(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const business = await this.businesses.find(id, user);
    return partOf(business, business.settings);
  }

  @Query(':id/holidays', {
    access: 'public',
    summary: 'Days on which a business is closed',
    answers: HolidaysBody,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async getBusinessHolidays(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const business = await this.businesses.find(id, user);
    return partOf(business, { holidays: business.holidays });
  }

  @Query(':id/locations', {
    access: 'public',
    summary: 'Where a business is',
    answers: LocationList,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async listLocations(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    await this.businesses.find(id, user);
    return { items: await this.queries.locations(id) };
  }

  @Query(':id/locations/:locationId', {
    access: 'public',
    summary: 'One place where a business is',
    answers: LocationView,
    reads: ['businesses'],
    about: inPath('id'),
    cachedSeconds: 30,
  })
  async getLocation(@IdParam('id') id: Uuid, @IdParam('locationId') locationId: Uuid, @User() user: Principal | null) {
    await this.businesses.find(id, user);
    const location = await this.queries.location(id, locationId);
    if (!location) throw new DomainError('location.not_found');
    return location;
  }
}
