import { Injectable } from '@nestjs/common';
import { type Ownership, rowsIn, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { PolicyRow } from './table';

const SELECT = `select p.*, d.policy_id is not distinct from p.id as is_default
  from read.policies p left join read.default_policies d using (business_id)`;

const OWNERSHIP: Ownership = { business: 'p.business_id' };

@Injectable()
export class PolicyQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<PolicyRow | undefined> {
    const params = [id];
    return this.readModels.find(`${SELECT} where p.id = $1 and ${rowsIn(scope, OWNERSHIP, params)}`, params);
  }

  list(scope: Scope, request: PageRequest): Promise<Page<PolicyRow>> {
    const params: unknown[] = [];
    const sql = `${SELECT} where ${rowsIn(scope, OWNERSHIP, params)}`;
    return page(this.readModels, { sql, params, sorts: ['createdAt', 'name'] }, request);
  }
}
