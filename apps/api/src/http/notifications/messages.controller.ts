import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NotificationQueries } from '@projections/notifications';
import { AggregateStore, type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { IdentityFacts, isKnown } from '@yoyaku/identity';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { channelsOf, languageOf, Notification, type NotificationCommand, Preferences } from '@yoyaku/notifications';
import { type Answer, Command, Ctx, created, IdParam, Query, QueryString, result } from '../conventions';
import { AnnounceBody, MessageCountsQuery, RewriteBody } from './notifications.dto';
import { MessageCountsView, NotificationView, notificationAfter } from './notifications.views';
import { Readers } from './readers';

/** What the platform's admins see to: messages of their own, and those that did not arrive. */
@ApiTags('Notifications')
@Controller('notifications')
export class MessagesController {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly users: IdentityFacts,
    private readonly queries: NotificationQueries,
    private readonly readers: Readers,
  ) {}

  @Query('stats', {
    access: 'admin',
    summary: 'How the messages of some days fare, by kind, channel and status',
    answers: MessageCountsView,
    reads: ['notifications'],
  })
  async countMessages(@QueryString() { days = 30 }: MessageCountsQuery): Promise<MessageCountsView> {
    return { items: await this.queries.counts(days) };
  }

  @Command('POST', '', {
    access: 'admin',
    summary: 'Tell a user something',
    creates: NotificationView,
    refuses: ['user.not_found'],
  })
  async notifyUser(
    @Body() { userId, title, message, channels }: AnnounceBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NotificationView>> {
    const user = await this.users.user(userId, 'requireLoad');
    if (!isKnown(user)) throw new DomainError('user.not_found', { path: 'userId' });
    const { state } = await this.aggregates.load(Preferences, userId);
    const notificationId = idFor(context, 'notification');
    const data = {
      notificationId,
      userId,
      customerId: null,
      businessId: null,
      notice: { kind: 'announcement', facts: {} },
      channels: channels ?? channelsOf('announcement', state.preferences),
      locale: user.locale,
      own: { title, message },
    } as const;
    const command = { type: 'RequestNotification', data } as const;
    const outcome = await this.commands.execute(Notification, notificationId, command, context);
    const view = notificationAfter(outcome, await this.readers.languageOf(userId));
    return created(outcome, view, `/notifications/${notificationId}`);
  }

  @Command('PUT', ':id', {
    access: 'admin',
    summary: 'Rewrite an announcement in its reader’s list; what went out by mail stays as it was',
    answers: NotificationView,
    refuses: ['notification.not_found', 'notification.not_written_by_hand'],
  })
  async rewriteNotification(
    @IdParam('id') id: Uuid,
    @Body() change: RewriteBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NotificationView>> {
    return this.changed(id, { type: 'RewriteNotification', data: { ...change } }, context);
  }

  @Command('POST', ':id/retry', {
    access: 'admin',
    summary: 'Try again to send what failed',
    answers: NotificationView,
    refuses: ['notification.not_found'],
  })
  async retryNotification(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer<NotificationView>> {
    return this.changed(id, { type: 'RetryNotification', data: {} }, context);
  }

  private async changed(
    id: Uuid,
    command: NotificationCommand,
    context: CommandContext,
  ): Promise<Answer<NotificationView>> {
    const outcome = await this.commands.execute(Notification, id, command, context);
    const { userId, locale } = outcome.known;
    return result(
      outcome,
      notificationAfter(outcome, userId ? await this.readers.languageOf(userId) : languageOf(locale)),
    );
  }
}
