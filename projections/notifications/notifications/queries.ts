import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { EventCodec } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { type Page, type PageRequest, ReadModels, type Selection } from '@yoyaku/projecting';
import { notifications, type StoredNotification } from './table';

interface OwnText {
  readonly title: string;
  readonly message: string;
}

/** The text of an announcement is null once its reader is erased. */
export type NotificationRow = Omit<StoredNotification, 'own'> & { readonly own: OwnText | null };

export interface MessageCount {
  readonly kind: string;
  readonly channel: string;
  readonly status: string;
  readonly count: number;
}

const OWNERSHIP = { owner: 'userId' } as const;

@Injectable()
export class NotificationQueries {
  constructor(
    private readonly readModels: ReadModels,
    private readonly codec: EventCodec,
  ) {}

  /** Somebody's own list: what they have not read comes first, then the newest. */
  async list(
    scope: Scope,
    userId: Uuid,
    isRead: boolean | undefined,
    request: PageRequest,
  ): Promise<Page<NotificationRow>> {
    const found = await this.listed(scope, userId).where({ isRead }).page(['-rank'], request);
    return { ...found, items: await this.open(found.items) };
  }

  async find(scope: Scope, userId: Uuid, id: Uuid): Promise<NotificationRow | undefined> {
    const found = await this.listed(scope, userId).where({ id }).first();
    return found && (await this.open([found]))[0];
  }

  /** The ids of those that are not read, the newest first. */
  async unread(scope: Scope, userId: Uuid, limit: number): Promise<Uuid[]> {
    const found = await this.listed(scope, userId).where({ isRead: false }).only('id', 'rank').ordered('-rank', limit);
    return found.map(({ id }) => id);
  }

  async countUnread(userId: Uuid): Promise<number> {
    const [found] = await this.readModels.query<{ count: number }>(
      'select count(*) as count from read.notifications where user_id = $1 and is_listed and not is_read',
      [userId],
    );
    return found?.count ?? 0;
  }

  /** How the messages of so many days fare, of everybody. */
  counts(days: number): Promise<MessageCount[]> {
    return this.readModels.query<MessageCount>(
      `select notice->>'kind' as kind, channel, status, count(*) as count
       from read.notifications, lateral (values ('email', email), ('sms', sms),
         ('app', case when not is_listed then null when is_read then 'read' else 'unread' end)) as way (channel, status)
       where status is not null and created_at >= now() - $1 * interval '1 day'
       group by 1, 2, 3 order by 1, 2, 3`,
      [days],
    );
  }

  private listed(scope: Scope, userId: Uuid): Selection<StoredNotification> {
    return this.readModels.select(notifications, scope, OWNERSHIP).where({ userId, isListed: true });
  }

  private async open(rows: readonly StoredNotification[]): Promise<NotificationRow[]> {
    const opened = await this.codec.unseal<{ own: OwnText }>(rows.map(({ own }) => own));
    return rows.map((row, i) => ({ ...row, own: opened[i]?.own ?? null }));
  }
}
