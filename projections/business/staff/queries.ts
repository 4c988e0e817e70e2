import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { type StaffRow, staff } from './table';

export interface StaffFilter {
  readonly businessId?: Uuid;
  readonly userId?: Uuid;
  readonly role?: string;
  readonly status?: string;
}

const OWNERSHIP = {
  business: 'businessId',
  owner: 'userId',
  assignee: 'userId',
  at: 'locationIds',
} as const;

@Injectable()
export class StaffQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<StaffRow | undefined> {
    return this.readModels.select(staff, scope, OWNERSHIP).where({ id }).first();
  }

  list(scope: Scope, filter: StaffFilter, request: PageRequest): Promise<Page<StaffRow>> {
    return this.readModels.select(staff, scope, OWNERSHIP).where(filter).page(['createdAt', 'role'], request);
  }
}
