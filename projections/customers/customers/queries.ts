import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { In, Not } from 'typeorm';
import { type CustomerRow, customerSearch, customers } from './table';

export interface CustomerFilter {
  /** Whose customers they are. */
  readonly businessId: Uuid;
  /** All but the deleted and the erased, unless it is asked for. */
  readonly status?: string;
  readonly tag?: string;
  /** The member who looks after them. */
  readonly assignedTo?: Uuid;
  /** Part of the name, e-mail or phone, in whatever spelling. */
  readonly q?: string;
}

const OWNERSHIP = { business: 'businessId', owner: 'userId', assignee: 'assignedTo' } as const;

/** Of one customer, for whom the scope was given: whose it is was read from events, which may be ahead of the row. */
const OF_ONE = { business: 'businessId', isPart: true } as const;

@Injectable()
export class CustomerQueries {
  constructor(private readonly readModels: ReadModels) {}

  find(scope: Scope, id: Uuid): Promise<CustomerRow | undefined> {
    return this.readModels.select(customers, scope, OF_ONE).where({ id }).first();
  }

  /** Those of these ids that any of the scopes shows. */
  among(scopes: readonly Scope[], ids: readonly Uuid[]): Promise<CustomerRow[]> {
    return this.readModels
      .select(customers, scopes, OWNERSHIP)
      .where({ id: In(ids) })
      .ordered('createdAt');
  }

  list(
    scope: Scope,
    { businessId, status, tag, assignedTo, q }: CustomerFilter,
    request: PageRequest,
  ): Promise<Page<CustomerRow>> {
    return this.readModels
      .select(customers, scope, OWNERSHIP)
      .where({ businessId, status: status ?? Not(In(['deleted', 'erased'])), assignedTo })
      .having('tags', tag)
      .found(q, customerSearch, businessId)
      .page(['-createdAt', 'bookings', 'noShows', 'spent'], request);
  }
}
