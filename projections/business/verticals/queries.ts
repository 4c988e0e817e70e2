import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { type VerticalRow, verticals } from './table';

/** Everybody may see them. */
const OWNERSHIP = { listed: () => 'true' };

@Injectable()
export class VerticalQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<VerticalRow | undefined> {
    return this.readModels.select(verticals, scope, OWNERSHIP).where({ id }).first();
  }

  list(scope: Scope, request: PageRequest): Promise<Page<VerticalRow>> {
    return this.readModels.select(verticals, scope, OWNERSHIP).page(['name'], request);
  }
}
