import { Injectable } from '@nestjs/common';
import { Booking } from '@yoyaku/booking';
import { AggregateStore, Commands, stepOf } from '@yoyaku/eventing';
import { type Instant, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, type Job, type JobHandler } from '@yoyaku/reacting';
import { isTooLate } from '../domain/due';
import type { OutsideChannel } from '../domain/kinds';
import { type KnownNotification, Notification, type NotificationStep } from '../domain/notification.decider';
import type { SkipReason } from '../domain/notification.events';
import { NotificationsOptions } from '../notifications.options';
import { MailPort, NotSent, type ProviderId, SmsPort } from '../sending/ports';
import { SendingTurns } from '../sending/turns';
import { type Asked, MessageWriter } from './message-writer';
import { Recipients } from './recipients';

/** One try to send a message by one channel. */
export interface Try {
  readonly notificationId: Uuid;
  readonly channel: OutsideChannel;
  /** 1 is the first one. */
  readonly attempt: number;
}

export const sendMessage = defineJob<Try>('send-message');

/**
 * Sends messages. A provider is called only for a message that is queued, and told what it is called; then what came of
 * it is recorded. If the process dies in between, the message is sent again under the same name.
 */
@Injectable()
export class SendMessages implements JobHandler<Try> {
  readonly kind = sendMessage;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
    private readonly recipients: Recipients,
    private readonly writer: MessageWriter,
    private readonly mails: MailPort,
    private readonly texts: SmsPort,
    private readonly turns: SendingTurns,
    private readonly options: NotificationsOptions,
  ) {}

  async run({ data, now, context }: DueJob<Try>): Promise<readonly Job[] | undefined> {
    const { notificationId, channel, attempt } = data;
    const { state, createdAt } = await this.aggregates.load(Notification, notificationId, 'requireLoad');
    if (state.status === 'none' || createdAt === null) return undefined;
    const delivery = state.deliveries[channel];
    if (delivery?.status !== 'queued' || delivery.attempts >= attempt) return undefined;
    const record = (step: NotificationStep) =>
      this.commands.execute(Notification, notificationId, step, stepOf(context, `${step.type} ${attempt}`));

    const send = await this.prepared({ notification: state, at: createdAt }, channel, now);
    if (typeof send === 'string') {
      await record({ type: 'RecordSkipped', data: { channel, reason: send } });
      return undefined;
    }
    const wait = channel === 'email' && this.mails.isLimited ? await this.turns.take(channel) : 0;
    if (wait > 0) return [sendMessage.job(data, { at: plusMs(now, wait) })];
    try {
      const providerId = await send();
      const provider = channel === 'email' ? this.options.sending.provider : this.smsProvider();
      await record({ type: 'RecordSent', data: { channel, provider, providerId } });
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      const { outcome, reason } = error;
      const retryAt = this.nextTry(error, attempt, now);
      await record({ type: 'RecordNotSent', data: { channel, outcome, reason, attempt, retryAt } });
    }
    return undefined;
  }

  /** What sends it; or why it is not sent. */
  private async prepared(
    asked: Asked,
    channel: OutsideChannel,
    now: Instant,
  ): Promise<(() => Promise<ProviderId>) | SkipReason> {
    const { notification } = asked;
    if (await this.isOutdated(notification, now)) return 'outdated';
    const recipient = await this.recipients.find(notification);
    if (!recipient) return 'no_address';
    const { email, phone } = recipient;
    if (channel === 'email') {
      if (!email) return 'no_address';
      const mail = await this.writer.mail(asked, { ...recipient, email });
      return mail ? () => this.mails.send(mail) : 'outdated';
    }
    // Only reminders go out as texts, whatever was asked for earlier.
    if (!phone || notification.notice.kind !== 'booking_reminder') return 'no_address';
    const sms = await this.writer.sms(asked, { ...recipient, phone });
    return sms ? () => this.texts.send(sms) : 'outdated';
  }

  /** Looked at again here, because a provider may have been away for long. */
  private async isOutdated({ notice }: KnownNotification, now: Instant): Promise<boolean> {
    if (isTooLate(notice, now)) return true;
    if (notice.kind !== 'booking_reminder') return false;
    const { state } = await this.aggregates.load(Booking, notice.facts.bookingId, 'requireLoad');
    return state.status !== 'confirmed' || state.start !== notice.facts.start;
  }

  private nextTry({ outcome, retryAfterMs }: NotSent, attempt: number, now: Instant): Instant | null {
    const { retries, firstDelayMs } = this.options.sending;
    if (outcome === 'refused' || retryAfterMs === null || attempt > retries) return null;
    return plusMs(now, Math.max(retryAfterMs, firstDelayMs * 4 ** (attempt - 1)));
  }

  private smsProvider(): string {
    return this.options.sending.twilio ? 'twilio' : 'outbox';
  }
}
