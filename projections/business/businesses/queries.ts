import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { BusinessRow, LocationRow } from './table';

export interface BusinessFilter {
  readonly status?: string;
  readonly ownerId?: Uuid;
  /** Who owns it or works for it. */
  readonly memberId?: Uuid;
  readonly verticalId?: Uuid;
  /** Part of the name, whatever the case. */
  readonly q?: string;
}

/** A location's revision is that of its business, in whose stream it is. */
const LOCATIONS = `select l.*, b.revision from read.locations l join read.businesses b on b.id = l.business_id`;

@Injectable()
export class BusinessQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** Any business, whatever its status. */
  find(id: Uuid): Promise<BusinessRow | undefined> {
    return this.readModels.find('select * from read.businesses where id = $1', [id]);
  }

  /** Slugs of closed businesses are never given away, so there is one at most. */
  findBySlug(slug: string): Promise<BusinessRow | undefined> {
    return this.readModels.find('select * from read.businesses where slug = $1', [slug]);
  }

  list({ status, ownerId, memberId, verticalId, q }: BusinessFilter, request: PageRequest): Promise<Page<BusinessRow>> {
    const sql = `select * from read.businesses
      where ($1::text is null or status = $1) and ($2::uuid is null or owner_id = $2)
        and ($3::uuid is null or vertical_id = $3) and ($4::text is null or position(lower($4) in lower(name)) > 0)
        and ($5::uuid is null or owner_id = $5 or id in
          (select business_id from read.staff where user_id = $5 and staff.status = 'active'))`;
    const params = [status, ownerId, verticalId, q, memberId];
    return page(this.readModels, { sql, params, sorts: ['-createdAt', 'name'] }, request);
  }

  /** An open location of that business. */
  location(businessId: Uuid, id: Uuid): Promise<LocationRow | undefined> {
    return this.readModels.find(`${LOCATIONS} where l.business_id = $1 and l.id = $2`, [businessId, id]);
  }

  locations(businessId: Uuid): Promise<LocationRow[]> {
    return this.readModels.query(`${LOCATIONS} where l.business_id = $1 order by l.name, l.id`, [businessId]);
  }
}
