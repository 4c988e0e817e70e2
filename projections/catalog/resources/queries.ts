import { Injectable } from '@nestjs/common';
import type { LocalDate, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { ResourceExceptionRow, ResourceRow } from './table';

export interface ResourceFilter {
  /** Only of businesses that take bookings. */
  readonly listed?: boolean;
  readonly businessId?: Uuid;
  readonly kind?: string;
  readonly locationId?: Uuid;
  /** At one of these locations, or at none in particular; empty: wherever they are. */
  readonly within?: readonly Uuid[];
}

export interface ExceptionFilter {
  readonly businessId: Uuid;
  readonly resourceId?: Uuid;
  /** First and last date, both included. */
  readonly from?: LocalDate;
  readonly to?: LocalDate;
  /** Of the resources that are there; as {@link ResourceFilter.within}. */
  readonly within?: readonly Uuid[];
}

/** An exception's revision is that of its resource, in whose stream it is. */
const EXCEPTIONS = `select e.*, p.revision from read.resource_exceptions e
  join read.resource_places p on p.id = e.resource_id`;

@Injectable()
export class ResourceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<ResourceRow | undefined> {
    return this.readModels.find('select * from read.resources where id = $1', [id]);
  }

  list(
    { listed = false, businessId, kind, locationId, within = [] }: ResourceFilter,
    request: PageRequest,
  ): Promise<Page<ResourceRow>> {
    const sql = `select * from read.resources
      where ($1::uuid is null or business_id = $1) and ($2::text is null or kind = $2)
        and ($3::uuid is null or location_id = $3)
        and (cardinality($5::uuid[]) = 0 or location_id is null or location_id = any($5))
        and (not $4 or exists (select from read.businesses b where b.id = business_id and b.status = 'approved'))`;
    const params = [businessId, kind, locationId, listed, within];
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'kind'] }, request);
  }

  findException(id: Uuid): Promise<ResourceExceptionRow | undefined> {
    return this.readModels.find(`${EXCEPTIONS} where e.id = $1`, [id]);
  }

  exceptions(
    { businessId, resourceId, from, to, within = [] }: ExceptionFilter,
    request: PageRequest,
  ): Promise<Page<ResourceExceptionRow>> {
    const sql = `${EXCEPTIONS}
      where e.business_id = $1 and ($2::uuid is null or resource_id = $2)
        and ($3::date is null or date >= $3) and ($4::date is null or date <= $4)
        and exists (select from read.resources r where r.id = resource_id
          and (cardinality($5::uuid[]) = 0 or r.location_id is null or r.location_id = any($5)))`;
    return page(this.readModels, { sql, params: [businessId, resourceId, from, to, within], sorts: ['date'] }, request);
  }
}
