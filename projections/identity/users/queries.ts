import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { subjectOf } from '@yoyaku/eventing';
import { USER } from '@yoyaku/identity/events';
import { epochMs, fromEpochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Row } from '@yoyaku/projecting';
import { LessThanOrEqual, MoreThan, Raw } from 'typeorm';
import { users } from './table';

export type UserRow = Row<typeof users>;

export interface UserFilter {
  readonly role?: string;
  readonly status?: string;
  /** The whole address. */
  readonly email?: string;
}

const OWNERSHIP = { owner: 'id' } as const;

@Injectable()
export class UserQueries {
  constructor(private readonly readModels: ReadModels) {}

  /** Of users who may sign in and were there at that moment, the ids behind that one, in order, so many at most. */
  async activeIds(at: Instant, after: Uuid | null, limit: number): Promise<Uuid[]> {
    const known = { status: 'active', createdAt: LessThanOrEqual(at), ...(after && { id: MoreThan(after) }) };
    const found = await this.readModels.unscoped(users).where(known).only('id').ordered('id', limit);
    return found.map(({ id }) => id);
  }

  /** How many there are that are not erased. */
  async count(): Promise<number> {
    const [found] = await this.readModels.query<{ count: number }>(
      `select count(*) as count from read.users where status <> 'erased'`,
    );
    return Number(found?.count ?? 0);
  }

  list(scope: Scope, { email, ...filter }: UserFilter, request: PageRequest): Promise<Page<UserRow>> {
    return this.readModels
      .select(users, scope, OWNERSHIP)
      .where({ ...filter, email: email && Raw((column) => `lower(${column}) = lower(:email)`, { email }) })
      .page(['-createdAt'], request);
  }

  /**
   * Who was erased that long ago, and whose key has not been destroyed that long after it. Whether it was stands with the
   * keys, which are no read model.
   */
  async unfinishedErasures(now: Instant, graceMs: number, limit: number): Promise<Uuid[]> {
    const rows = await this.readModels
      .unscoped(users)
      .where({ status: 'erased', updatedAt: LessThanOrEqual(fromEpochMs(epochMs(now) - graceMs)) })
      .and((row) => {
        const finished = `${row.column('updatedAt')} + ${row.value(graceMs)} * interval '1 ms'`;
        return `not exists (select from app.subject_keys k
          where k.subject = ${row.value(subjectOf(USER, ''))} || ${row.column('id')} and k.destroyed_at >= ${finished})`;
      })
      .atRandom(limit);
    return rows.map(({ id }) => id);
  }
}
