import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { CustomerRow } from './table';

export interface CustomerFilter {
  /** All but the erased, unless it is asked for. */
  readonly status?: string;
  readonly tag?: string;
  /** The member who looks after them. */
  readonly assignedTo?: Uuid;
  /** Part of the name, e-mail or phone, whatever the case. */
  readonly q?: string;
}

const OWNERSHIP: Ownership = { business: 'business_id', owner: 'user_id', assignee: 'assigned_to' };

/** Of one customer, for whom the scope was given: whose it is was read from events, which may be ahead of the row. */
const OF_ONE: Ownership = { business: 'business_id', isPart: true };

@Injectable()
export class CustomerQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<CustomerRow | undefined> {
    const params = [id];
    const sql = `select * from read.customers where id = $1 and ${rowsIn(scope, OF_ONE, params)}`;
    return this.readModels.find(sql, params);
  }

  list(scope: Scope, { status, tag, assignedTo, q }: CustomerFilter, request: PageRequest): Promise<Page<CustomerRow>> {
    const params: unknown[] = [status, tag, assignedTo, q];
    const sql = `select * from read.customers
      where (status = $1 or $1::text is null and status <> 'erased')
        and ($2::text is null or tags @> array[$2]) and ($3::uuid is null or assigned_to = $3)
        and ($4::text is null or position(lower($4) in lower(concat_ws(' ', name, email, phone))) > 0)
        and ${rowsIn(scope, OWNERSHIP, params)}`;
    return page(this.readModels, { sql, params, sorts: ['-createdAt', 'bookings', 'noShows', 'spent'] }, request);
  }
}
