import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceQueries, type ResourceRow } from '@projections/catalog';
import { locationsOf, type Scope } from '@yoyaku/access';
import { Resource } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { IdParam, InScope, inQuery, ofThing, Query, QueryString, type Source } from '../conventions';
import { ResourcesQuery } from './resource.dto';
import { publicResourceView, ResourcePage, ResourceView, resourceRowView } from './resource.views';

/** Everybody sees resources; those who write them see all of them. */
const shown = (of: Source) => ({ permission: 'resources:write', of, or: 'public' }) as const;

@ApiTags('Resources')
@Controller('resources')
export class ResourcesController {
  constructor(private readonly queries: ResourceQueries) {}

  @Query('', {
    access: shown(inQuery('businessId')),
    summary: 'Staff, rooms, equipment, tables',
    answers: ResourcePage,
    reads: ['resources'],
    cachedSeconds: 30,
  })
  async listResources(
    @QueryString() { limit, cursor, sort, ...filter }: ResourcesQuery,
    @InScope() scope: Scope,
  ): Promise<ResourcePage> {
    const page = await this.queries.list(scope, filter, { limit, cursor, sort });
    return {
      ...page,
      items: page.items.map((row) => (isFull(scope, row) ? resourceRowView(row) : publicResourceView(row))),
    };
  }

  @Query(':id', {
    access: shown(ofThing(Resource, 'id')),
    summary: 'A resource',
    answers: ResourceView,
    reads: ['resources'],
    cachedSeconds: 30,
  })
  async getResource(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<ResourceView> {
    const resource = await this.queries.find(scope, id);
    if (!resource) throw new DomainError('resource.not_found');
    return isFull(scope, resource) ? resourceRowView(resource) : publicResourceView(resource);
  }
}

/**
 * Whether who asks is told all: those are who may change the resource. One that is at no location concerns them all, so
 * who is limited to some may not.
 */
function isFull(scope: Scope, { locationId }: ResourceRow): boolean {
  if (scope.as === 'public') return false;
  const limits = locationsOf(scope);
  return limits.length === 0 || (locationId !== null && limits.includes(locationId));
}
