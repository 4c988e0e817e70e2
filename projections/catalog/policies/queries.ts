import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, page, ReadModels } from '@yoyaku/projecting';
import type { PolicyRow } from './table';

const SELECT = `select p.*, d.policy_id is not distinct from p.id as is_default
  from read.policies p left join read.default_policies d using (business_id)`;

@Injectable()
export class PolicyQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(id: Uuid): Promise<PolicyRow | undefined> {
    return this.readModels.find(`${SELECT} where p.id = $1`, [id]);
  }

  list(businessId: Uuid, request: PageRequest): Promise<Page<PolicyRow>> {
    const sql = `${SELECT} where p.business_id = $1`;
    return page(this.readModels, { sql, params: [businessId], sorts: ['createdAt', 'name'] }, request);
  }
}
