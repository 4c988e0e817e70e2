import { Injectable } from '@nestjs/common';
import { CatalogFacts } from '@yoyaku/catalog';
import { subjectOf } from '@yoyaku/eventing';
import { PhoneCodes, VerificationCodes } from '@yoyaku/identity';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { invitation, seriesCalendar } from '../calendar';
import { CODE_KINDS } from '../domain/kinds';
import type { BookingFacts, Kind, Notice } from '../domain/notice';
import type { KnownNotification } from '../domain/notification.decider';
import { NotificationsOptions } from '../notifications.options';
import type { Attachment, Mail, Sms } from '../sending/ports';
import { oneLine } from '../templates/one-line';
import { rendered } from '../templates/render';
import { type Reader, written } from '../templates/write';
import type { Recipient } from './recipients';

/** A message that is to be sent, and when it was asked for. */
export interface Asked {
  readonly notification: KnownNotification;
  readonly at: Instant;
}

interface CodeAsked extends Pick<Recipient, 'user'> {
  readonly notificationId: Uuid;
  readonly kind: Kind;
  readonly at: Instant;
}

/** What a calendar does with the booking that a message is about. */
const CALENDAR: Partial<Record<Notice['kind'], 'REQUEST' | 'CANCEL'>> = {
  booking_confirmed: 'REQUEST',
  booking_changed: 'REQUEST',
  booking_cancelled: 'CANCEL',
  booking_declined: 'CANCEL',
  booking_expired: 'CANCEL',
};

/**
 * Writes a message as it goes out. Written again it is the same to the letter, as long as its reader is: providers know
 * a repeat by that.
 */
@Injectable()
export class MessageWriter {
  constructor(
    private readonly codes: VerificationCodes,
    private readonly phoneCodes: PhoneCodes,
    private readonly catalog: CatalogFacts,
    private readonly options: NotificationsOptions,
  ) {}

  /** Null: there is nothing to tell any more. */
  async mail({ notification, at }: Asked, recipient: Recipient & { email: string }): Promise<Mail | null> {
    const reader = await this.readerOf({ notification, at }, recipient);
    if (!reader) return null;
    const { notificationId: id, notice } = notification;
    const { from } = this.options.sending;
    const message = written(notice, reader);
    const sender = { name: senderName(message.business, from.name), address: from.address };
    return {
      ...rendered(message),
      id,
      subjects: [...recipient.subjects, ...resourcesOf(notice).map((resourceId) => subjectOf('resource', resourceId))],
      kind: notice.kind,
      locale: recipient.language,
      to: { name: recipient.name && oneLine(recipient.name), address: recipient.email },
      from: sender,
      messageId: `<${id}@${from.address.split('@')[1]}>`,
      attachments: attachmentsOf(notice, at, sender, { ...recipient, address: recipient.email }),
    };
  }

  /** Null: there is nothing to tell any more, or not by text message. */
  async sms({ notification, at }: Asked, recipient: Recipient & { phone: string }): Promise<Sms | null> {
    const reader = await this.readerOf({ notification, at }, recipient);
    const text = reader && written(notification.notice, reader).sms;
    if (!text) return null;
    const { notificationId: id, notice } = notification;
    return {
      id,
      subjects: [...recipient.subjects, ...resourcesOf(notice).map((resourceId) => subjectOf('resource', resourceId))],
      kind: notice.kind,
      locale: recipient.language,
      to: recipient.phone,
      text,
    };
  }

  private async readerOf({ notification, at }: Asked, { name, language, user }: Recipient): Promise<Reader | null> {
    const { notificationId, notice, own } = notification;
    const { baseDomain: domain } = this.options;
    const reader = { name, language, own, domain, resourceNames: await this.namesOf(resourcesOf(notice)) };
    if (notice.kind === 'announcement') return own ? reader : null;
    if (!CODE_KINDS.includes(notice.kind)) return reader;
    const code = await this.codeOf({ notificationId, kind: notice.kind, at, user });
    return code ? { ...reader, code } : null;
  }

  /** The secret that a message carries; null: it would be of no use any more. */
  private async codeOf({ notificationId, kind, at, user }: CodeAsked): Promise<string | null> {
    if (kind === 'phone_code') return (await this.phoneCodes.sentBy(notificationId))?.code ?? null;
    if (!user || (kind === 'email_verification' && user.emailVerified)) return null;
    const purpose = kind === 'email_verification' ? 'verify_email' : 'reset_password';
    return this.codes.issueFor(notificationId, user.userId, purpose, at);
  }

  private async namesOf(resourceIds: readonly Uuid[]): Promise<string[]> {
    const resources = await Promise.all(resourceIds.map((id) => this.catalog.resource(id)));
    return resources.flatMap((resource) => ('name' in resource && resource.name ? [resource.name] : []));
  }
}

/** A business names itself: the platform's name stays beside it, and nothing in it looks like another address. */
const senderName = (business: string | null, platform: string): string => {
  const name = business?.replaceAll(/[@<>"]/g, ' ').trim();
  return name ? `${name} via ${platform}` : platform;
};

/** What a message names of the business's own. */
const resourcesOf = ({ facts }: Notice): readonly Uuid[] => ('resourceIds' in facts ? facts.resourceIds : []);

function attachmentsOf(
  { kind, facts }: Notice,
  stampedAt: Instant,
  organizer: Mail['from'],
  { name, address }: { readonly name: string | null; readonly address: string },
): Attachment[] {
  if ((kind === 'series_booked' || kind === 'series_changed' || kind === 'series_cancelled') && 'times' in facts)
    return [seriesCalendar(facts, { isCancelled: kind === 'series_cancelled', stampedAt, organizer })];
  const method = CALENDAR[kind];
  if (!method) return [];
  const booking = facts as BookingFacts;
  // A request that nobody had confirmed was in no calendar, unless it was moved after it had been.
  if ((kind === 'booking_declined' || kind === 'booking_expired') && booking.sequence === 0) return [];
  return [invitation(booking, { method, stampedAt, organizer, attendee: { name: name ?? address, address } })];
}
