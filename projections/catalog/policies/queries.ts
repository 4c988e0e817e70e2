import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { defaultPolicies, type PolicyRow, policies, type StoredPolicy } from './table';

const OWNERSHIP = { business: 'businessId' } as const;

@Injectable()
export class PolicyQueries {
  constructor(private readonly readModels: ReadModels) {}

  async find(scope: Scope, id: Uuid): Promise<PolicyRow | undefined> {
    const found = await this.inScope(scope).where({ id }).first();
    return found && policyRow(found);
  }

  async list(scope: Scope, request: PageRequest): Promise<Page<PolicyRow>> {
    const found = await this.inScope(scope).page(['createdAt', 'name'], request);
    return { ...found, items: found.items.map(policyRow) };
  }

  private inScope(scope: Scope) {
    return this.readModels
      .select(policies, scope, OWNERSHIP)
      .with('defaultId', defaultPolicies, 'policyId', { businessId: 'businessId' });
  }
}

const policyRow = ({ defaultId, ...row }: StoredPolicy & { readonly defaultId: Uuid | null }): PolicyRow => ({
  ...row,
  isDefault: row.id === defaultId,
});
