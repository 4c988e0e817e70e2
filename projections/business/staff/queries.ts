import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { StaffRow } from './table';

export interface StaffFilter {
  readonly businessId?: Uuid;
  readonly userId?: Uuid;
  readonly role?: string;
  readonly status?: string;
}

@Injectable()
export class StaffQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<StaffRow | undefined> {
    return this.readModels.find('select * from read.staff where id = $1', [id]);
  }

  list({ businessId, userId, role, status }: StaffFilter, request: PageRequest): Promise<Page<StaffRow>> {
    const sql = `select * from read.staff
      where ($1::uuid is null or business_id = $1) and ($2::uuid is null or user_id = $2)
        and ($3::text is null or role = $3) and ($4::text is null or status = $4)`;
    const params = [businessId, userId, role, status];
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'role'] }, request);
  }
}
