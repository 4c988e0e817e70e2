import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { type Page, type PageRequest, ReadModels, type Row } from '@yoyaku/projecting';
import { Raw } from 'typeorm';
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

  list(scope: Scope, { email, ...filter }: UserFilter, request: PageRequest): Promise<Page<UserRow>> {
    return this.readModels
      .select(users, scope, OWNERSHIP)
      .where({ ...filter, email: email && Raw((column) => `lower(${column}) = lower(:email)`, { email }) })
      .page(['-createdAt'], request);
  }
}
