import { Injectable } from '@nestjs/common';
import { AggregateStore, Commands, unreadStepOf } from '@yoyaku/eventing';
import { type Instant, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, type Job, type JobHandler, type JobKind } from '@yoyaku/reacting';
import { isTooLate, isTrue, isTrueOfSeries } from '../domain/due';
import { type OutsideChannel, TEXT_KINDS, URGENT_KINDS } from '../domain/kinds';
import type { BookingKind, SeriesFacts, SeriesKind } from '../domain/notice';
import { type KnownNotification, Notification, type NotificationStep } from '../domain/notification.decider';
import type { SkipReason } from '../domain/notification.events';
import { NotificationsOptions } from '../notifications.options';
import { MailPort, NotSent, type ProviderId, SmsPort } from '../sending/ports';
import { SendingTurns, type Stood } from '../sending/turns';
import { BookingsToTell } from './booking-facts';
import { type Asked, MessageWriter } from './message-writer';
import { Recipients } from './recipients';

/** One try to send a message. */
interface Try {
  readonly notificationId: Uuid;
  /** 1 is the first one. */
  readonly attempt: number;
  /** The lines that it has stood in. `true`, as earlier builds wrote it: the only one that there was. */
  readonly hasTurn?: Stood | true;
}

/** Each channel's jobs are of a kind of their own: a mail server that is silent holds up no texts. */
export const sending: Readonly<Record<OutsideChannel, JobKind<Try>>> = {
  email: defineJob<Try>('send-email'),
  sms: defineJob<Try>('send-text'),
};

/**
 * Sends messages. A provider is called only for a message that is queued, and told what it is called; then what came of
 * it is recorded. If the process dies in between, the message is sent again under the same name.
 */
@Injectable()
export class MessageSender {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
    private readonly bookings: BookingsToTell,
    private readonly recipients: Recipients,
    private readonly writer: MessageWriter,
    private readonly mails: MailPort,
    private readonly texts: SmsPort,
    private readonly turns: SendingTurns,
    private readonly options: NotificationsOptions,
  ) {}

  async send(
    channel: OutsideChannel,
    { data, now, context, signal }: DueJob<Try>,
  ): Promise<readonly Job[] | undefined> {
    const { notificationId, attempt } = data;
    const { state, createdAt } = await this.aggregates.load(Notification, notificationId, 'requireLoad');
    if (state.status === 'none' || createdAt === null) return undefined;
    const delivery = state.deliveries[channel];
    if (delivery?.status !== 'queued' || delivery.attempts >= attempt) return undefined;
    const record = (step: NotificationStep) =>
      this.commands.execute(Notification, notificationId, step, unreadStepOf(context, `${step.type} ${attempt}`));

    // Before the message is written: a code that is issued then ends the one before it.
    const { wait, stood } = await this.turnOf(state, channel, data);
    if (wait > 0) return [sending[channel].job({ ...data, hasTurn: stood }, { at: plusMs(now, wait) })];
    const send = await this.prepared({ notification: state, at: createdAt }, channel, now);
    // Whoever took this job over goes on with it.
    signal.throwIfAborted();
    if (typeof send === 'string') {
      await record({ type: 'RecordSkipped', data: { channel, reason: send } });
      return undefined;
    }
    try {
      // What was sent is recorded in any case, so that nobody sends it again.
      const providerId = await send();
      const provider = channel === 'email' ? this.options.sending.provider : this.smsProvider();
      await record({ type: 'RecordSent', data: { channel, provider, providerId } });
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      signal.throwIfAborted();
      const { outcome, reason } = error;
      const retryAt = this.nextTry(error, attempt, now);
      await record({ type: 'RecordNotSent', data: { channel, outcome, reason, attempt, retryAt } });
    }
    return undefined;
  }

  /** How long it waits, in milliseconds. What is urgent counts, but does not wait. */
  private async turnOf(
    { businessId, notice }: KnownNotification,
    channel: OutsideChannel,
    { hasTurn = 'none' }: Try,
  ): Promise<{ wait: number; stood: Stood }> {
    if (channel !== 'email' || !this.mails.isLimited || hasTurn === true) return { wait: 0, stood: 'both' };
    const isUrgent = URGENT_KINDS.includes(notice.kind);
    const turn = await this.turns.next(channel, isUrgent ? null : businessId, hasTurn);
    return isUrgent ? { ...turn, wait: 0 } : turn;
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
    // Nothing else goes out as a text, whatever was asked for earlier.
    if (!phone || !TEXT_KINDS.includes(notification.notice.kind)) return 'no_address';
    const sms = await this.writer.sms(asked, { ...recipient, phone });
    return sms ? () => this.texts.send(sms) : 'outdated';
  }

  /** Looked at again here, because the message may have waited for long, and its booking has moved on. */
  private async isOutdated({ notice }: KnownNotification, now: Instant): Promise<boolean> {
    if (isTooLate(notice, now)) return true;
    if ('times' in notice.facts) return this.isOutdatedOfAll(notice.kind as SeriesKind, notice.facts.times);
    if (!('bookingId' in notice.facts)) return false;
    const stands = await this.bookings.stands(notice.facts.bookingId);
    return !stands || !isTrue(notice.kind as BookingKind, notice.facts, stands);
  }

  /** What is told of a series is worth telling while it is true of one of its bookings. */
  private async isOutdatedOfAll(kind: SeriesKind, times: SeriesFacts['times']): Promise<boolean> {
    for (const { bookingId } of times) {
      const stands = await this.bookings.stands(bookingId);
      if (stands && isTrueOfSeries(kind, stands)) return false;
    }
    return true;
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

@Injectable()
export class SendEmails implements JobHandler<Try> {
  readonly kind = sending.email;

  constructor(private readonly messages: MessageSender) {}

  run(due: DueJob<Try>): Promise<readonly Job[] | undefined> {
    return this.messages.send('email', due);
  }
}

@Injectable()
export class SendTexts implements JobHandler<Try> {
  readonly kind = sending.sms;

  constructor(private readonly messages: MessageSender) {}

  run(due: DueJob<Try>): Promise<readonly Job[] | undefined> {
    return this.messages.send('sms', due);
  }
}
