import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ServiceQueries } from '@projections/catalog';
import { Service } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { VisibleBusinesses } from '../business/visible-businesses';
import { IdParam, ofAggregate, type Principal, Query, QueryString, User } from '../conventions';
import { ServicePage, ServicesQuery, ServiceView } from './service.dto';

@ApiTags('Services')
@Controller('services')
export class ServicesController {
  constructor(
    private readonly queries: ServiceQueries,
    private readonly businesses: VisibleBusinesses,
  ) {}

  @Query('', {
    access: 'public',
    summary: 'Services',
    answers: ServicePage,
    refuses: [404],
    reads: ['services', 'businesses'],
    cachedSeconds: 30,
  })
  async listServices(@QueryString() { limit, cursor, sort, ...filter }: ServicesQuery, @User() user: Principal | null) {
    if (filter.businessId) await this.businesses.ensure(filter.businessId, user);
    return this.queries.list({ ...filter, listed: !filter.businessId }, { limit, cursor, sort });
  }

  @Query(':id', {
    access: 'public',
    summary: 'A service',
    answers: ServiceView,
    reads: ['services'],
    about: ofAggregate(Service, 'id'),
    cachedSeconds: 30,
  })
  async getService(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const service = await this.queries.find(id);
    if (!service || !(await this.businesses.isVisible(service.businessId, user))) {
      throw new DomainError('service.not_found');
    }
    return service;
  }
}
