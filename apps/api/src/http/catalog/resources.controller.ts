import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceQueries, type ResourceRow } from '@projections/catalog';
import { Resource } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Scopes } from '../business/scopes';
import { VisibleBusinesses } from '../business/visible-businesses';
import { About, Access, Cached, IdParam, ofAggregate, type Principal, Reads, Refuses, User } from '../conventions';
import { ResourcePage, ResourcesQuery, ResourceView } from './resource.body';

@ApiTags('Catalogue')
@Controller('resources')
export class ResourcesController {
  constructor(
    private readonly queries: ResourceQueries,
    private readonly businesses: VisibleBusinesses,
    private readonly scopes: Scopes,
  ) {}

  @Get()
  @Access('public')
  @Cached(30)
  @Reads('resources', 'businesses')
  @Refuses(404)
  @ApiOperation({ summary: 'Staff, rooms, equipment, tables' })
  @ApiOkResponse({ type: ResourcePage })
  async list(@Query() { limit, cursor, sort, ...filter }: ResourcesQuery, @User() user: Principal | null) {
    if (filter.businessId) await this.businesses.ensure(filter.businessId, user);
    const page = await this.queries.list({ ...filter, listed: !filter.businessId }, { limit, cursor, sort });
    return (await this.isWrittenBy(user, filter.businessId)) ? page : { ...page, items: page.items.map(withoutUser) };
  }

  @Get(':id')
  @Access('public')
  @Cached(30)
  @Reads('resources')
  @About(ofAggregate(Resource, 'id'))
  @ApiOperation({ summary: 'A resource' })
  @ApiOkResponse({ type: ResourceView })
  async byId(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const resource = await this.queries.find(id);
    if (!resource || !(await this.businesses.isVisible(resource.businessId, user))) {
      throw new DomainError('resource.not_found');
    }
    return (await this.isWrittenBy(user, resource.businessId)) ? resource : withoutUser(resource);
  }

  private async isWrittenBy(user: Principal | null, businessId: Uuid | undefined): Promise<boolean> {
    return user !== null && !!businessId && (await this.scopes.of(user, 'resources:write', businessId)) !== null;
  }
}

/** Which user a resource is, is told to those alone who say so. */
const withoutUser = ({ userId: _, ...resource }: ResourceRow) => resource;
