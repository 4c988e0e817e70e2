import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { type ApiKeyRow, apiKeys } from './table';

export type { ApiKeyRow } from './table';

const OWNERSHIP = { business: 'businessId' } as const;

@Injectable()
export class ApiKeyQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<ApiKeyRow | undefined> {
    return this.readModels.select(apiKeys, scope, OWNERSHIP).where({ id }).first();
  }

  list(scope: Scope, filter: { readonly businessId?: Uuid }, request: PageRequest): Promise<Page<ApiKeyRow>> {
    return this.readModels.select(apiKeys, scope, OWNERSHIP).where(filter).page(['-createdAt', 'name'], request);
  }
}
