import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import { In } from 'typeorm';
import { type BusinessRow, businesses, type LocationRow } from './table';

export interface BusinessFilter {
  readonly status?: string;
  readonly ownerId?: Uuid;
  readonly verticalId?: Uuid;
  /** Part of the name, whatever the case. */
  readonly q?: string;
}

/** A location's revision is that of its business, in whose stream it is. */
const LOCATIONS = `select l.*, b.revision from read.locations l join read.businesses b on b.id = l.business_id`;

/** Of a user's own are the businesses that they own or work for. */
const BUSINESSES: Ownership = {
  business: 'id',
  owner: (userId) => `(owner_id = ${userId} or id in
    (select business_id from read.staff where user_id = ${userId} and staff.status = 'active'))`,
  listed: `status = 'approved'`,
};

const OF_LOCATIONS: Ownership = { business: 'l.business_id' };

@Injectable()
export class BusinessQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<BusinessRow | undefined> {
    const params = [id];
    const sql = `select * from read.businesses where id = $1 and ${rowsIn(scope, BUSINESSES, params)}`;
    return this.readModels.find(sql, params);
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<BusinessRow[]> {
    return this.readModels
      .select(businesses, scopes, { business: 'id' })
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  /** Slugs of closed businesses are never given away, so there is one at most. */
  findBySlug(scope: Scope, slug: string): Promise<BusinessRow | undefined> {
    const params = [slug];
    const sql = `select * from read.businesses where slug = $1 and ${rowsIn(scope, BUSINESSES, params)}`;
    return this.readModels.find(sql, params);
  }

  list(
    scope: Scope,
    { status, ownerId, verticalId, q }: BusinessFilter,
    request: PageRequest,
  ): Promise<Page<BusinessRow>> {
    const params: unknown[] = [status, ownerId, verticalId, q];
    const sql = `select * from read.businesses
      where ($1::text is null or status = $1) and ($2::uuid is null or owner_id = $2)
        and ($3::uuid is null or vertical_id = $3) and ($4::text is null or position(lower($4) in lower(name)) > 0)
        and ${rowsIn(scope, BUSINESSES, params)}`;
    return page(this.readModels, { sql, params, sorts: ['-createdAt', 'name'] }, request);
  }

  /** An open location. */
  location(scope: Scope, id: Uuid): Promise<LocationRow | undefined> {
    const params = [id];
    const sql = `${LOCATIONS} where l.id = $1 and ${rowsIn(scope, OF_LOCATIONS, params)}`;
    return this.readModels.find(sql, params);
  }

  locations(scope: Scope): Promise<LocationRow[]> {
    const params: unknown[] = [];
    const sql = `${LOCATIONS} where ${rowsIn(scope, OF_LOCATIONS, params)} order by l.name, l.id`;
    return this.readModels.query(sql, params);
  }
}
