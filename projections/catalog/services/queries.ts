import { Injectable } from '@nestjs/common';
import type { Ownership, Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { In, JsonContains } from 'typeorm';
import { type ServiceRow, serviceBusinesses, serviceSearch, services } from './table';

export interface ServiceFilter {
  readonly category?: string;
  /** Performed at this location. */
  readonly locationId?: Uuid;
  /** Performed with this resource. */
  readonly resourceId?: Uuid;
  /** Part of the name, category or description, in whatever spelling. */
  readonly q?: string;
}

const OWNERSHIP: Ownership<keyof ServiceRow> = {
  business: 'businessId',
  listed: (row) => row.isIn(serviceBusinesses, { id: 'businessId' }),
};

@Injectable()
export class ServiceQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<ServiceRow | undefined> {
    return this.readModels.select(services, scope, OWNERSHIP).where({ id }).first();
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<ServiceRow[]> {
    return this.readModels
      .select(services, scopes, OWNERSHIP)
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  list(
    scope: Scope,
    { category, locationId, resourceId, q }: ServiceFilter,
    request: PageRequest,
  ): Promise<Page<ServiceRow>> {
    return this.readModels
      .select(services, scope, OWNERSHIP)
      .where({ category, requirements: resourceId && JsonContains([{ anyOf: [resourceId] }]) })
      .having('locationIds', locationId, 'orNone')
      .found(q, serviceSearch)
      .page(['name', 'createdAt', 'durationMinutes'], request);
  }
}
