import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, unreadStepOf } from '@yoyaku/eventing';
import { deriveUuid, type Uuid } from '@yoyaku/kernel';
import { type Channel, channelsOf } from '../domain/kinds';
import type { Notice } from '../domain/notice';
import { Notification } from '../domain/notification.decider';
import type { OwnText } from '../domain/notification.events';
import { Preferences } from '../domain/preferences.decider';

/** Whom something is to be told, and about which business. */
export interface Addressee {
  readonly userId: Uuid | null;
  readonly customerId: Uuid | null;
  readonly businessId: Uuid | null;
  readonly locale: string;
}

/** Asks for messages, by the channels that their readers want. */
@Injectable()
export class Notifier {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
  ) {}

  /**
   * @param cause what leads to it: of one cause somebody is told of each kind once
   * @param instead channels that take the place of others
   * @param own what somebody wrote, of an announcement
   */
  async tell(
    addressee: Addressee,
    notice: Notice,
    cause: string,
    context: CommandContext,
    instead: Partial<Record<Channel, Channel>> = {},
    own: OwnText | null = null,
  ): Promise<void> {
    const { userId, customerId } = addressee;
    const reader = customerId ?? userId;
    if (!reader) return;
    const { preferences } = userId ? (await this.aggregates.load(Preferences, userId)).state : { preferences: [] };
    const wanted = channelsOf(notice.kind, preferences).map((channel) => instead[channel] ?? channel);
    const channels = [...new Set(wanted)].filter((channel) => channel !== 'app' || userId !== null);
    if (channels.length === 0) return;
    const notificationId = deriveUuid('notification', cause, notice.kind, reader);
    const data = { ...addressee, notificationId, notice, channels, own };
    const step = unreadStepOf(context, `${notice.kind} ${reader}`);
    await this.commands.execute(
      Notification,
      notificationId,
      { type: 'RequestNotification', data },
      step,
      'assumeEmpty',
    );
  }
}
