import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServiceQueries } from '@projections/catalog';
import { Service } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { VisibleBusinesses } from '../business/visible-businesses';
import { About, Access, Cached, IdParam, ofAggregate, type Principal, Reads, Refuses, User } from '../conventions';
import { ServicePage, ServicesQuery, ServiceView } from './service.body';

@ApiTags('Catalogue')
@Controller('services')
export class ServicesController {
  constructor(
    private readonly queries: ServiceQueries,
    private readonly businesses: VisibleBusinesses,
  ) {}

  @Get()
  @Access('public')
  @Cached(30)
  @Reads('services', 'businesses')
  @Refuses(404)
  @ApiOperation({ summary: 'Services' })
  @ApiOkResponse({ type: ServicePage })
  async list(@Query() { limit, cursor, sort, ...filter }: ServicesQuery, @User() user: Principal | null) {
    if (filter.businessId) await this.businesses.ensure(filter.businessId, user);
    return this.queries.list({ ...filter, listed: !filter.businessId }, { limit, cursor, sort });
  }

  @Get(':id')
  @Access('public')
  @Cached(30)
  @Reads('services')
  @About(ofAggregate(Service, 'id'))
  @ApiOperation({ summary: 'A service' })
  @ApiOkResponse({ type: ServiceView })
  async byId(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const service = await this.queries.find(id);
    if (!service || !(await this.businesses.isVisible(service.businessId, user))) {
      throw new DomainError('service.not_found');
    }
    return service;
  }
}
