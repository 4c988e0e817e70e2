import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import { In } from 'typeorm';
import { type ResourceExceptionRow, type ResourceRow, resources } from './table';

export interface ResourceFilter {
  readonly kind?: string;
  readonly locationId?: Uuid;
}

export interface ExceptionFilter {
  readonly resourceId?: Uuid;
  /** First and last date, both included. */
  readonly from?: LocalDate;
  readonly to?: LocalDate;
}

/** An exception's revision is that of its resource, in whose stream it is. */
const EXCEPTIONS = `select e.*, p.revision from read.resource_exceptions e
  join read.resource_places p on p.id = e.resource_id`;

/** That there are resources is told to everybody, so limits do not concern them; when they work, they do. */
const RESOURCES: Ownership = {
  business: 'business_id',
  listed: `exists (select from read.businesses b where b.id = business_id and b.status = 'approved')`,
};

const HOURS: Ownership = {
  business: 'business_id',
  at: (locationIds) => `(location_id is null or location_id = any(${locationIds}::uuid[]))`,
};

const OF_EXCEPTIONS: Ownership = {
  business: 'e.business_id',
  at: (locationIds) => `exists (select from read.resources r where r.id = e.resource_id
    and (r.location_id is null or r.location_id = any(${locationIds}::uuid[])))`,
};

@Injectable()
export class ResourceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<ResourceRow | undefined> {
    const params = [id];
    const sql = `select * from read.resources where id = $1 and ${rowsIn(scope, RESOURCES, params)}`;
    return this.readModels.find(sql, params);
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<ResourceRow[]> {
    return this.readModels
      .select(resources, scopes, { business: 'businessId' })
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  /** Without those whose person has left the business. */
  list(scope: Scope, { kind, locationId }: ResourceFilter, request: PageRequest): Promise<Page<ResourceRow>> {
    const params: unknown[] = [kind, locationId];
    const sql = `select * from read.resources
      where ($1::text is null or kind = $1) and ($2::uuid is null or location_id = $2)
        and not exists (select from read.former_members m
          where m.business_id = resources.business_id and m.user_id = resources.user_id)
        and ${rowsIn(scope, RESOURCES, params)}`;
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'kind'] }, request);
  }

  /** The resources whose working hours are the asker's matter. */
  working(scope: Scope, request: PageRequest): Promise<Page<ResourceRow>> {
    const params: unknown[] = [];
    const sql = `select * from read.resources where ${rowsIn(scope, HOURS, params)}`;
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'kind'] }, request);
  }

  findException(scope: Scope, id: Uuid): Promise<ResourceExceptionRow | undefined> {
    const params = [id];
    const sql = `${EXCEPTIONS} where e.id = $1 and ${rowsIn(scope, OF_EXCEPTIONS, params)}`;
    return this.readModels.find(sql, params);
  }

  exceptions(
    scope: Scope,
    { resourceId, from, to }: ExceptionFilter,
    request: PageRequest,
  ): Promise<Page<ResourceExceptionRow>> {
    const params: unknown[] = [resourceId, from, to];
    const sql = `${EXCEPTIONS}
      where ($1::uuid is null or e.resource_id = $1)
        and ($2::date is null or date >= $2) and ($3::date is null or date <= $3)
        and exists (select from read.resources r where r.id = e.resource_id)
        and ${rowsIn(scope, OF_EXCEPTIONS, params)}`;
    return page(this.readModels, { sql, params, sorts: ['date'] }, request);
  }
}
