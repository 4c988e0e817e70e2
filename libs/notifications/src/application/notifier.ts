import { Injectable } from '@nestjs/common';
import { AggregateStore, type CommandContext, Commands, stepOf, unreadStepOf } from '@yoyaku/eventing';
import { deriveUuid, type Uuid } from '@yoyaku/kernel';
import { type Channel, channelsOf } from '../domain/kinds';
import type { Kind, Notice } from '../domain/notice';
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

/** What somebody is told in parts, as it happens bit by bit. */
export interface InParts {
  readonly kind: Kind;
  /** What they were not told before; null: nothing. */
  readonly rest: (told: readonly Notice[]) => Notice | null;
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
    const notificationId = idOf(cause, notice.kind, reader);
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

  /** Tells of all that `rest` has, whoever else tells the same reader of the same cause meanwhile. */
  async tellRest(addressee: Addressee, { kind, rest }: InParts, cause: string, context: CommandContext): Promise<void> {
    const reader = addressee.customerId ?? addressee.userId;
    if (!reader) return;
    for (let asked = -1; ; ) {
      const told = await this.told(kind, reader, cause);
      const notice = rest(told);
      // They do not want to be told.
      if (!notice || told.length === asked) return;
      asked = told.length;
      await this.tell(addressee, notice, partOf(cause, asked), stepOf(context, `part ${asked}`));
    }
  }

  /** The parts of which somebody was told. */
  async told(kind: Kind, reader: Uuid, cause: string): Promise<Notice[]> {
    const told: Notice[] = [];
    for (;;) {
      const id = idOf(partOf(cause, told.length), kind, reader);
      const { state } = await this.aggregates.load(Notification, id, 'requireLoad');
      if (state.status === 'none') return told;
      told.push(state.notice);
    }
  }
}

const idOf = (cause: string, kind: Kind, reader: Uuid): Uuid => deriveUuid('notification', cause, kind, reader);

const partOf = (cause: string, part: number): string => (part === 0 ? cause : `${cause} ${part}`);
