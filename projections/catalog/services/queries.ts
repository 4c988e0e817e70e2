import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import { In } from 'typeorm';
import { type ServiceRow, services } from './table';

export interface ServiceFilter {
  readonly category?: string;
  /** Performed at this location. */
  readonly locationId?: Uuid;
  /** Performed with this resource. */
  readonly resourceId?: Uuid;
}

const OWNERSHIP: Ownership = {
  business: 'business_id',
  listed: `exists (select from read.businesses b where b.id = business_id and b.status = 'approved')`,
};

@Injectable()
export class ServiceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<ServiceRow | undefined> {
    const params = [id];
    const sql = `select * from read.services where id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`;
    return this.readModels.find(sql, params);
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<ServiceRow[]> {
    return this.readModels
      .select(services, scopes, { business: 'businessId' })
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  list(
    scope: Scope,
    { category, locationId, resourceId }: ServiceFilter,
    request: PageRequest,
  ): Promise<Page<ServiceRow>> {
    const params: unknown[] = [category, locationId, resourceId];
    const sql = `select * from read.services
      where ($1::text is null or category = $1)
        and ($2::uuid is null or location_ids = '{}' or $2 = any(location_ids))
        and ($3::uuid is null or requirements @> jsonb_build_array(jsonb_build_object('anyOf', jsonb_build_array($3))))
        and ${rowsIn(scope, OWNERSHIP, params)}`;
    return page(this.readModels, { sql, params, sorts: ['name', 'createdAt', 'durationMinutes'] }, request);
  }
}
