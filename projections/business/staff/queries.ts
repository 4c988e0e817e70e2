import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StaffRow } from './table';

export interface StaffFilter {
  readonly businessId?: Uuid;
  readonly userId?: Uuid;
  readonly role?: string;
  readonly status?: string;
}

const OWNERSHIP: Ownership = {
  business: 'business_id',
  owner: 'user_id',
  assignee: 'user_id',
  at: (locationIds) => `(location_ids = '{}' or location_ids && ${locationIds}::uuid[])`,
};

@Injectable()
export class StaffQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<StaffRow | undefined> {
    const params = [id];
    const sql = `select * from read.staff where id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`;
    return this.readModels.find(sql, params);
  }

  list(scope: Scope, { businessId, userId, role, status }: StaffFilter, request: PageRequest): Promise<Page<StaffRow>> {
    const params: unknown[] = [businessId, userId, role, status];
    const sql = `select * from read.staff
      where ($1::uuid is null or business_id = $1) and ($2::uuid is null or user_id = $2)
        and ($3::text is null or role = $3) and ($4::text is null or status = $4)
        and ${rowsIn(scope, OWNERSHIP, params)}`;
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'role'] }, request);
  }
}
