import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { ServiceRow } from './table';

export interface ServiceFilter {
  /** Only of businesses that take bookings. */
  readonly listed?: boolean;
  readonly businessId?: Uuid;
  readonly category?: string;
  /** Performed at this location. */
  readonly locationId?: Uuid;
  /** Performed with this resource. */
  readonly resourceId?: Uuid;
}

@Injectable()
export class ServiceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<ServiceRow | undefined> {
    return this.readModels.find('select * from read.services where id = $1', [id]);
  }

  list(
    { listed = false, businessId, category, locationId, resourceId }: ServiceFilter,
    request: PageRequest,
  ): Promise<Page<ServiceRow>> {
    const sql = `select * from read.services
      where ($1::uuid is null or business_id = $1) and ($2::text is null or category = $2)
        and ($3::uuid is null or location_ids = '{}' or $3 = any(location_ids))
        and ($4::uuid is null or requirements @> jsonb_build_array(jsonb_build_object('anyOf', jsonb_build_array($4))))
        and (not $5 or exists (select from read.businesses b where b.id = business_id and b.status = 'approved'))`;
    const params = [businessId, category, locationId, resourceId, listed];
    return page(this.readModels, { sql, params, sorts: ['name', 'createdAt', 'durationMinutes'] }, request);
  }
}
