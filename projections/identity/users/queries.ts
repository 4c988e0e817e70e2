import { Injectable } from '@nestjs/common';
import { rowsIn, type Scope } from '@yoyaku/access';
import { type Page, type PageRequest, page, ReadModels, type Row } from '@yoyaku/projecting';
import type { users } from './table';

export type UserRow = Row<typeof users>;

export interface UserFilter {
  readonly role?: string;
  readonly status?: string;
  /** The whole address. */
  readonly email?: string;
}

@Injectable()
export class UserQueries {
  constructor(private readonly readModels: ReadModels) {}

  list(scope: Scope, { role, status, email }: UserFilter, request: PageRequest): Promise<Page<UserRow>> {
    const params: unknown[] = [role, status, email];
    return page<UserRow>(
      this.readModels,
      {
        sql: `select * from read.users
              where ($1::text is null or role = $1) and ($2::text is null or status = $2)
                and ($3::text is null or lower(email) = lower($3))
                and ${rowsIn(scope, { owner: 'id' }, params)}`,
        params,
        sorts: ['-createdAt'],
      },
      request,
    );
  }
}
