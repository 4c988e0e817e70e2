import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels } from '@yoyaku/projecting';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import { type StaffRow, staff } from './table';

export interface StaffFilter {
  readonly businessId?: Uuid;
  readonly userId?: Uuid;
  readonly role?: string;
  /** One, or any of several. */
  readonly status?: string | readonly string[];
}

/** Of assignments that have not ended: somebody has them, or may accept them. */
export const STANDING = ['active', 'invited'];

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

  /** Of those who work for a business and did at that moment, the user ids behind that one, in order, so many at most. */
  async activeUserIds(businessId: Uuid, at: Instant, after: Uuid | null, limit: number): Promise<Uuid[]> {
    const since = { since: LessThanOrEqual(at), ...(after && { userId: MoreThan(after) }) };
    const working = { businessId, status: 'active', ...since };
    const found = await this.readModels.unscoped(staff).where(working).only('userId').ordered('userId', limit);
    return found.map(({ userId }) => userId);
  }

  list(scope: Scope, { status, ...filter }: StaffFilter, request: PageRequest): Promise<Page<StaffRow>> {
    const statuses = status && In([status].flat());
    return this.readModels
      .select(staff, scope, OWNERSHIP)
      .where({ ...filter, status: statuses })
      .page(['createdAt', 'role'], request);
  }
}
