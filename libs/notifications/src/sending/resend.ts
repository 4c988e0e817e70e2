import { type ErrorResponse, Resend } from 'resend';
import { type Mail, MailPort, NotSent, notSent, PROVIDER_TIMEOUT_MS, type ProviderId } from './ports';

/** Resend. Within a day it sends a message with the same idempotency key only once. */
export class ResendMails extends MailPort {
  readonly isLimited = true;
  private readonly client: Resend;

  /** @param url of its API, where that is another than its own */
  constructor(key: string, url?: string) {
    super();
    this.client = new Resend(key, url ? { baseUrl: url } : {});
  }

  async send({ id, to, from, subject, text, html, messageId, attachments }: Mail): Promise<ProviderId> {
    const mail = {
      to: addressOf(to),
      from: addressOf(from),
      subject,
      text,
      html,
      headers: { 'Message-ID': messageId },
      attachments: attachments.map(({ name, contentType, content }) => ({
        filename: name,
        contentType,
        content: Buffer.from(content).toString('base64'),
      })),
    };
    const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    const { data, error, headers } = await this.client.emails
      .send(mail, { idempotencyKey: id, signal } as { idempotencyKey: string })
      .catch((cause: Error) => {
        throw new NotSent('unknown', `no answer from Resend: ${cause.name}`);
      });
    if (error) throw failureOf(error, headers);
    return data.id;
  }
}

function failureOf({ name, statusCode }: ErrorResponse, headers: Record<string, string> | null): NotSent {
  // Another try with that key is under way: it will say what came of it.
  if (name === 'concurrent_idempotent_requests') return new NotSent('unknown', `409 ${name} from Resend`);
  // It took a message with that key, which said something else then: nobody knows what has become of it.
  if (name === 'invalid_idempotent_request') return new NotSent('unknown', `409 ${name} from Resend`, null);
  return notSent(statusCode, headers, `${name} from Resend`);
}

/** A mailbox as RFC 5322 writes it; the name is quoted, so that no part of it is taken for an address. */
const addressOf = ({ name, address }: Mail['to']): string =>
  name ? `"${name.replaceAll(/[\\"]/g, '\\$&')}" <${address}>` : address;
