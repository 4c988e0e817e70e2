import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';

/** Whose calendar is shown: a user's own bookings, or those of a resource to that user. */
export interface CalendarFeed {
  readonly userId: Uuid;
  readonly resource: { readonly businessId: Uuid; readonly resourceId: Uuid } | null;
}

/** Secret addresses of calendars. A user has one for each at most; only its hash is stored. */
@Injectable()
export class CalendarFeeds {
  constructor(private readonly pool: Pool) {}

  /** The secret of a new address. One that there was before becomes invalid. */
  async open({ userId, resource }: CalendarFeed): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.pool.query(
      `insert into app.calendar_feeds (hash, user_id, business_id, resource_id) values ($1, $2, $3, $4)
       on conflict (user_id, resource_id) do update set hash = excluded.hash, created_at = now()`,
      [hashOf(token), userId, resource?.businessId ?? null, resource?.resourceId ?? null],
    );
    return token;
  }

  /** Whoever knows the secret sees nothing by it any more. */
  async close({ userId, resource }: CalendarFeed): Promise<void> {
    await this.pool.query(
      `delete from app.calendar_feeds
        where user_id = $1 and business_id is not distinct from $2 and resource_id is not distinct from $3`,
      [userId, resource?.businessId ?? null, resource?.resourceId ?? null],
    );
  }

  async find(token: string): Promise<CalendarFeed | undefined> {
    const { rows } = await this.pool.query<{ userId: Uuid; businessId: Uuid | null; resourceId: Uuid | null }>(
      `select user_id as "userId", business_id as "businessId", resource_id as "resourceId"
         from app.calendar_feeds where hash = $1`,
      [hashOf(token)],
    );
    const [row] = rows;
    if (!row) return undefined;
    const { userId, businessId, resourceId } = row;
    return { userId, resource: businessId && resourceId ? { businessId, resourceId } : null };
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
