import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BusinessQueries } from '@projections/business';
import { ServiceQueries, type ServiceRow } from '@projections/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import type { Page } from '@yoyaku/projecting';
import { ServicePage, ServicesOfBusinessQuery } from '../catalog/service.body';
import { About, Access, Cached, IdParam, inPath, type Principal, Reads, User } from '../conventions';
import {
  BusinessesQuery,
  BusinessPage,
  BusinessView,
  HolidaysBody,
  HoursView,
  LocationList,
  LocationView,
  SettingsView,
} from './business.body';
import { publicView } from './business.views';
import { VisibleBusinesses } from './visible-businesses';

@ApiTags('Businesses')
@Controller('businesses')
export class BusinessesController {
  constructor(
    private readonly queries: BusinessQueries,
    private readonly serviceQueries: ServiceQueries,
    private readonly businesses: VisibleBusinesses,
  ) {}

  @Get()
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @ApiOperation({ summary: 'Businesses that take bookings' })
  @ApiOkResponse({ type: BusinessPage })
  async list(@Query() { limit, cursor, sort, ...filter }: BusinessesQuery): Promise<BusinessPage> {
    const page = await this.queries.list({ ...filter, status: 'approved' }, { limit, cursor, sort });
    return { ...page, items: page.items.map(publicView) };
  }

  @Get('slug/:slug')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @ApiOperation({ summary: 'A business by its slug' })
  @ApiOkResponse({ type: BusinessView })
  async bySlug(@Param('slug') slug: string, @User() user: Principal | null): Promise<BusinessView> {
    return publicView(await this.businesses.findBySlug(slug, user));
  }

  @Get(':id')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'A business' })
  @ApiOkResponse({ type: BusinessView })
  async byId(@IdParam('id') id: Uuid, @User() user: Principal | null): Promise<BusinessView> {
    return publicView(await this.businesses.find(id, user));
  }

  @Get(':id/services')
  @Access('public')
  @Cached(30)
  @Reads('businesses', 'services')
  @About(inPath('id'))
  @ApiOperation({ summary: 'What a business offers' })
  @ApiOkResponse({ type: ServicePage })
  async services(
    @IdParam('id') businessId: Uuid,
    @Query() { limit, cursor, sort, ...filter }: ServicesOfBusinessQuery,
    @User() user: Principal | null,
  ): Promise<Page<ServiceRow>> {
    await this.businesses.find(businessId, user);
    return this.serviceQueries.list({ ...filter, businessId }, { limit, cursor, sort });
  }

  @Get(':id/hours')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'When a business is open' })
  @ApiOkResponse({ type: HoursView })
  async hours(@IdParam('id') id: Uuid, @User() user: Principal | null): Promise<HoursView> {
    const { timeZone, hours } = await this.businesses.find(id, user);
    return { timeZone, hours };
  }

  @Get(':id/settings')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'How a business takes bookings' })
  @ApiOkResponse({ type: SettingsView })
  async settings(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    return (await this.businesses.find(id, user)).settings;
  }

  @Get(':id/holidays')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'Days on which a business is closed' })
  @ApiOkResponse({ type: HolidaysBody })
  async holidays(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const { holidays } = await this.businesses.find(id, user);
    return { holidays };
  }

  @Get(':id/locations')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'Where a business is' })
  @ApiOkResponse({ type: LocationList })
  async locations(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    await this.businesses.find(id, user);
    return { items: await this.queries.locations(id) };
  }

  @Get(':id/locations/:locationId')
  @Access('public')
  @Cached(30)
  @Reads('businesses')
  @About(inPath('id'))
  @ApiOperation({ summary: 'One place where a business is' })
  @ApiOkResponse({ type: LocationView })
  async location(@IdParam('id') id: Uuid, @IdParam('locationId') locationId: Uuid, @User() user: Principal | null) {
    await this.businesses.find(id, user);
    const location = await this.queries.location(id, locationId);
    if (!location) throw new DomainError('location.not_found');
    return location;
  }
}
