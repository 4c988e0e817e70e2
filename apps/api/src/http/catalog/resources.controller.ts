import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceQueries, type ResourceRow } from '@projections/catalog';
import { Resource } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Scopes } from '../business/scopes';
import { VisibleBusinesses } from '../business/visible-businesses';
import { fuller, IdParam, ofAggregate, type Principal, Query, QueryString, User } from '../conventions';
import { ResourcePage, ResourcesQuery, ResourceView } from './resource.dto';
import { inOrder } from './working-hours';

@ApiTags('Resources')
@Controller('resources')
export class ResourcesController {
  constructor(
    private readonly queries: ResourceQueries,
    private readonly businesses: VisibleBusinesses,
    private readonly scopes: Scopes,
  ) {}

  @Query('', {
    access: 'public',
    summary: 'Staff, rooms, equipment, tables',
    answers: ResourcePage,
    refuses: [404],
    reads: ['resources', 'businesses'],
    cachedSeconds: 30,
  })
  async listResources(
    @QueryString() { limit, cursor, sort, ...filter }: ResourcesQuery,
    @User() user: Principal | null,
  ) {
    if (filter.businessId) await this.businesses.ensure(filter.businessId, user);
    const page = await this.queries.list({ ...filter, listed: !filter.businessId }, { limit, cursor, sort });
    const isWritten = await this.isWrittenBy(user, filter.businessId);
    return { ...page, items: page.items.map(isWritten ? rowView : publicView) };
  }

  @Query(':id', {
    access: 'public',
    summary: 'A resource',
    answers: ResourceView,
    reads: ['resources'],
    about: ofAggregate(Resource, 'id'),
    cachedSeconds: 30,
  })
  async getResource(@IdParam('id') id: Uuid, @User() user: Principal | null) {
    const resource = await this.queries.find(id);
    if (!resource || !(await this.businesses.isVisible(resource.businessId, user))) {
      throw new DomainError('resource.not_found');
    }
    return (await this.isWrittenBy(user, resource.businessId)) ? fuller(rowView(resource)) : publicView(resource);
  }

  private async isWrittenBy(user: Principal | null, businessId: Uuid | undefined): Promise<boolean> {
    return user !== null && !!businessId && (await this.scopes.of(user, 'resources:write', businessId)) !== null;
  }
}

const rowView = (row: ResourceRow) => ({ ...row, hours: inOrder(row.hours) });

/** Which user a resource is, is told to those alone who say so. */
function publicView(row: ResourceRow) {
  const { userId: _, ...resource } = rowView(row);
  return resource;
}
