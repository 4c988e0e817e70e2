import type { Instant } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import { smsParts } from '../templates/sms-parts';
import { type Attachment, type Mail, MailPort, type ProviderId, type Sms, SmsPort } from './ports';

/** A message in the local outbox. */
export interface OutboxMessage {
  readonly id: string;
  readonly channel: 'email' | 'sms';
  readonly kind: string;
  readonly locale: string;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  /** As how many text messages it would be sent; null for an e-mail. */
  readonly segments: number | null;
  readonly at: Instant;
}

const COLUMNS = 'id, channel, kind, locale, recipient as "to", subject, text, html, headers, attachments, segments, at';

/**
 * Where messages stay that nobody sends: on a developer's machine, and in tests. A message that is sent again is there
 * once. Whatever is about somebody goes with their key.
 */
export class Outbox {
  constructor(private readonly pool: Pool) {}

  async put(message: Omit<OutboxMessage, 'at'>, subjects: readonly string[]): Promise<void> {
    const { id, channel, kind, locale, to, subject, text, html, headers, attachments, segments } = message;
    await this.pool.query(
      `insert into app.outbox (id, channel, kind, locale, recipient, subject, text, html, headers, attachments, segments,
         subjects)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id, channel) do nothing`,
      [
        id,
        channel,
        kind,
        locale,
        to,
        subject,
        text,
        html,
        JSON.stringify(headers),
        JSON.stringify(attachments),
        segments,
        subjects,
      ],
    );
  }

  /** Deletes messages older than a week: there are codes in them, and whatever else is in messages to people. */
  async prune(): Promise<void> {
    await this.pool.query(`delete from app.outbox where at < now() - interval '7 days'`);
  }

  /** The newest first; `to`: of that address or number alone. */
  async newest(limit: number, to?: string): Promise<OutboxMessage[]> {
    const { rows } = await this.pool.query<OutboxMessage>(
      `select ${COLUMNS} from app.outbox where $2::text is null or lower(recipient) = lower($2)
       order by at desc, id desc limit $1`,
      [limit, to ?? null],
    );
    return rows;
  }

  async find(id: string): Promise<OutboxMessage | undefined> {
    const { rows } = await this.pool.query<OutboxMessage>(
      `select ${COLUMNS} from app.outbox where id = $1 order by channel`,
      [id],
    );
    return rows[0];
  }
}

/** Puts e-mails into the outbox. */
export class OutboxMails extends MailPort {
  readonly isLimited = false;

  constructor(private readonly outbox: Outbox) {
    super();
  }

  async send({ id, subjects, kind, locale, to, from, subject, text, html, messageId, attachments }: Mail) {
    const headers = { From: `${from.name} <${from.address}>`, 'Message-ID': messageId };
    const message = { id, kind, locale, to: to.address, subject, text, html, headers, attachments } as const;
    await this.outbox.put({ ...message, channel: 'email', segments: null }, subjects);
    return null;
  }
}

/** Puts text messages into the outbox. */
export class OutboxTexts extends SmsPort {
  constructor(private readonly outbox: Outbox) {
    super();
  }

  async send({ id, subjects, kind, locale, to, text }: Sms): Promise<ProviderId> {
    const message = { id, kind, locale, to, text, subject: null, html: null, headers: {}, attachments: [] } as const;
    await this.outbox.put({ ...message, channel: 'sms', segments: smsParts(text).parts }, subjects);
    return null;
  }
}
