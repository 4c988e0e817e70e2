import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NotificationQueries } from '@projections/notifications';
import type { Scope } from '@yoyaku/access';
import { type CommandContext, Commands, stepOf } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Notification } from '@yoyaku/notifications';
import {
  type Answer,
  Command,
  Ctx,
  done,
  IdParam,
  InScope,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import { NotificationsQuery } from './notifications.dto';
import {
  MarkedView,
  NotificationPage,
  NotificationView,
  notificationAfter,
  notificationView,
  UnreadCountView,
} from './notifications.views';
import { Readers } from './readers';

const READS = ['notifications'];
/** More are marked by asking again. */
const MOST_MARKED = 1_000;
const AT_ONCE = 50;

/** What somebody is told when they are signed in: their own, and nobody else's. */
@ApiTags('Notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: NotificationQueries,
    private readonly readers: Readers,
  ) {}

  @Query('', {
    access: 'user',
    summary: 'One’s notifications: unread ones first, then the newest',
    answers: NotificationPage,
    reads: READS,
  })
  listNotifications(
    @QueryString() query: NotificationsQuery,
    @User() user: Principal,
    @InScope() scope: Scope,
  ): Promise<NotificationPage> {
    return this.page(scope, user, query);
  }

  @Query('unread', {
    access: 'user',
    summary: 'Those that one has not read, the newest first',
    answers: NotificationPage,
    reads: READS,
  })
  listUnreadNotifications(
    @QueryString() query: NotificationsQuery,
    @User() user: Principal,
    @InScope() scope: Scope,
  ): Promise<NotificationPage> {
    return this.page(scope, user, query, false);
  }

  @Query('count', { access: 'user', summary: 'How many one has not read', answers: UnreadCountView, reads: READS })
  async countUnreadNotifications(@User() { userId }: Principal): Promise<UnreadCountView> {
    return { count: await this.queries.countUnread(userId) };
  }

  @Query(':id', {
    access: 'user',
    summary: 'One of one’s notifications',
    answers: NotificationView,
    reads: READS,
    refuses: ['notification.not_found'],
  })
  async getNotification(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @InScope() scope: Scope,
  ): Promise<NotificationView> {
    const found = await this.queries.find(scope, userId, id);
    if (!found) throw new DomainError('notification.not_found');
    return notificationView(found, await this.readers.languageOf(userId));
  }

  @Command('PATCH', 'read-all', {
    access: 'user',
    summary: 'Mark all as read, at most 1,000 at a time: those that one has been shown',
    answers: MarkedView,
  })
  async readAllNotifications(
    @User() { userId }: Principal,
    @InScope() scope: Scope,
    @Ctx() context: CommandContext,
  ): Promise<Answer<MarkedView>> {
    const ids = await this.queries.unread(scope, userId, MOST_MARKED);
    let last = 0n;
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const some = ids.slice(first, first + AT_ONCE);
      const positions = await Promise.all(some.map((id) => this.read(id, userId, stepOf(context, id))));
      for (const position of positions) if (position > last) last = position;
    }
    // It is about many things, which have a revision each: that of the answer is how many.
    return result({ revision: ids.length, position: last }, { count: ids.length });
  }

  @Command('PATCH', ':id/read', {
    access: 'user',
    summary: 'Mark one as read',
    answers: NotificationView,
    refuses: ['notification.not_found'],
  })
  async readNotification(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NotificationView>> {
    const command = { type: 'ReadNotification', data: { by: userId } } as const;
    const outcome = await this.commands.execute(Notification, id, command, context);
    return result(outcome, notificationAfter(outcome, await this.readers.languageOf(userId)));
  }

  @Command('DELETE', ':id', {
    access: 'user',
    summary: 'Take one out of the list',
    refuses: ['notification.not_found'],
  })
  async removeNotification(
    @IdParam('id') id: Uuid,
    @User() { userId }: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer> {
    const command = { type: 'RemoveNotification', data: { by: userId } } as const;
    return done(await this.commands.execute(Notification, id, command, context));
  }

  private async page(
    scope: Scope,
    { userId }: Principal,
    { limit, cursor }: NotificationsQuery,
    isRead?: boolean,
  ): Promise<NotificationPage> {
    const found = await this.queries.list(scope, userId, isRead, { limit, cursor });
    const language = await this.readers.languageOf(userId);
    return { ...found, items: found.items.map((row) => notificationView(row, language)) };
  }

  /** The position after that. One that was removed meanwhile needs no mark. */
  private async read(id: Uuid, by: Uuid, context: CommandContext): Promise<bigint> {
    try {
      const command = { type: 'ReadNotification', data: { by } } as const;
      return (await this.commands.execute(Notification, id, command, context)).position;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'notification.not_found') return 0n;
      throw error;
    }
  }
}
