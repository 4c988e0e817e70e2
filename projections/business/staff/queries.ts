import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StaffRow } from './table';

export interface StaffFilter {
  readonly businessId?: Uuid;
  readonly userId?: Uuid;
  readonly role?: string;
  readonly status?: string;
  /** Whose assignment is for one of these locations, or for all; empty: whatever it is for. */
  readonly within?: readonly Uuid[];
}

@Injectable()
export class StaffQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<StaffRow | undefined> {
    return this.readModels.find('select * from read.staff where id = $1', [id]);
  }

  list({ businessId, userId, role, status, within = [] }: StaffFilter, request: PageRequest): Promise<Page<StaffRow>> {
    const sql = `select * from read.staff
      where ($1::uuid is null or business_id = $1) and ($2::uuid is null or user_id = $2)
        and ($3::text is null or role = $3) and ($4::text is null or status = $4)
        and (cardinality($5::uuid[]) = 0 or location_ids = '{}' or location_ids && $5)`;
    const params = [businessId, userId, role, status, within];
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'role'] }, request);
  }
}
