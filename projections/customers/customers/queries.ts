import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { CustomerRow } from './table';

export interface CustomerFilter {
  readonly businessId: Uuid;
  /** All but the erased, unless it is asked for. */
  readonly status?: string;
  readonly tag?: string;
  /** The member who looks after them. */
  readonly assignedTo?: Uuid;
  /** Part of the name, e-mail or phone, whatever the case. */
  readonly q?: string;
}

@Injectable()
export class CustomerQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<CustomerRow | undefined> {
    return this.readModels.find('select * from read.customers where id = $1', [id]);
  }

  list({ businessId, status, tag, assignedTo, q }: CustomerFilter, request: PageRequest): Promise<Page<CustomerRow>> {
    const sql = `select * from read.customers
      where business_id = $1 and (status = $2 or $2::text is null and status <> 'erased')
        and ($3::text is null or tags @> array[$3]) and ($4::uuid is null or assigned_to = $4)
        and ($5::text is null or position(lower($5) in lower(concat_ws(' ', name, email, phone))) > 0)`;
    const params = [businessId, status, tag, assignedTo, q];
    return page(this.readModels, { sql, params, sorts: ['-createdAt', 'bookings', 'noShows', 'spent'] }, request);
  }
}
