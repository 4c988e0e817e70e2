import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ServiceQueries } from '@projections/catalog';
import type { Scope } from '@yoyaku/access';
import { Service } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { IdParam, InScope, inQuery, ofThing, Query, QueryString } from '../conventions';
import { ServicesQuery } from './service.dto';
import { ServicePage, ServiceView } from './service.views';

@ApiTags('Services')
@Controller('services')
export class ServicesController {
  constructor(private readonly queries: ServiceQueries) {}

  @Query('', {
    access: { visible: inQuery('businessId') },
    summary: 'Services',
    answers: ServicePage,
    reads: ['services'],
    cachedSeconds: 30,
  })
  listServices(
    @QueryString() { limit, cursor, sort, ...filter }: ServicesQuery,
    @InScope() scope: Scope,
  ): Promise<ServicePage> {
    return this.queries.list(scope, filter, { limit, cursor, sort });
  }

  @Query(':id', {
    access: { visible: ofThing(Service, 'id') },
    summary: 'A service',
    answers: ServiceView,
    reads: ['services'],
    cachedSeconds: 30,
  })
  async getService(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<ServiceView> {
    const service = await this.queries.find(scope, id);
    if (!service) throw new DomainError('service.not_found');
    return service;
  }
}
