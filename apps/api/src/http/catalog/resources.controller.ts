import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceQueries, type ResourceRow } from '@projections/catalog';
import { locationsOf, type Scope } from '@yoyaku/access';
import { Resource } from '@yoyaku/catalog';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { fuller, IdParam, InScope, inQuery, ofThing, Query, QueryString, type Source } from '../conventions';
import { ResourcePage, ResourcesQuery, ResourceView } from './resource.dto';
import { inOrder } from './working-hours';

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
    reads: ['resources', 'businesses'],
    cachedSeconds: 30,
  })
  async listResources(@QueryString() { limit, cursor, sort, ...filter }: ResourcesQuery, @InScope() scope: Scope) {
    const page = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { ...page, items: page.items.map((row) => (isFull(scope, row) ? rowView(row) : publicView(row))) };
  }

  @Query(':id', {
    access: shown(ofThing(Resource, 'id')),
    summary: 'A resource',
    answers: ResourceView,
    reads: ['resources'],
    cachedSeconds: 30,
  })
  async getResource(@IdParam('id') id: Uuid, @InScope() scope: Scope) {
    const resource = await this.queries.find(scope, id);
    if (!resource) throw new DomainError('resource.not_found');
    return isFull(scope, resource) ? fuller(rowView(resource)) : publicView(resource);
  }
}

const rowView = (row: ResourceRow) => ({ ...row, hours: inOrder(row.hours) });

/** Whether who asks is told all: the business's people are, as far as their locations go. */
function isFull(scope: Scope, { locationId }: ResourceRow): boolean {
  if (scope.as === 'public') return false;
  const limits = locationsOf(scope);
  return limits.length === 0 || locationId === null || limits.includes(locationId);
}

/** Without the user that a resource is. */
function publicView(row: ResourceRow) {
  const { userId: _, ...resource } = rowView(row);
  return resource;
}
