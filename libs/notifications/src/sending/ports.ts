import type { Uuid } from '@yoyaku/kernel';

export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
}

interface Outgoing {
  /** Of the message: sent twice it is the same, for whoever can tell. */
  readonly id: Uuid;
  /** The names of the keys of all whose data it holds: it is forgotten with any of them. */
  readonly subjects: readonly string[];
  readonly kind: string;
  readonly locale: string;
  readonly text: string;
}

export interface Mail extends Outgoing {
  readonly to: { readonly name: string | null; readonly address: string };
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly html: string;
  /** The same for every try, so that mailboxes and providers see one message. */
  readonly messageId: string;
  readonly attachments: readonly Attachment[];
}

export interface Sms extends Outgoing {
  /** In E.164. */
  readonly to: string;
}

/** What a provider calls the message that it took; null where it has no name for it. */
export type ProviderId = string | null;

/** Sends e-mails. Throws {@link NotSent}. */
export abstract class MailPort {
  /** Whether it is held to so many a minute. */
  abstract readonly isLimited: boolean;
  abstract send(mail: Mail): Promise<ProviderId>;
}

/** Sends text messages. Throws {@link NotSent}. */
export abstract class SmsPort {
  abstract send(sms: Sms): Promise<ProviderId>;
}

/**
 * A provider did not take a message. `later`: it may take it another time, at the soonest after `retryAfterMs`.
 * `unknown`: it did not answer, and may have taken it. `refused`: it never will, because of the address or the message
 * itself.
 */
export class NotSent extends Error {
  override readonly name = 'NotSent';

  constructor(
    readonly outcome: 'later' | 'unknown' | 'refused',
    /** Without any of the message's own text or address: it is stored. */
    readonly reason: string,
    /** Null: nobody tries it again unless somebody asks for it. */
    readonly retryAfterMs: number | null = 0,
  ) {
    super(reason);
  }
}

/** How long a provider has to answer. */
export const PROVIDER_TIMEOUT_MS = 15_000;

type Headers = Readonly<Record<string, unknown>> | null | undefined;

/** What an answer with that status means. Of a server that fails nobody knows what it had done before. */
export function notSent(status: number | null | undefined, headers: Headers, reason: string): NotSent {
  if (!status) return new NotSent('unknown', reason);
  const said = `${status} ${reason}`;
  if (status === 429 || status === 503) return new NotSent('later', said, retryAfterMs(headers));
  if (status === 408 || status >= 500) return new NotSent('unknown', said, retryAfterMs(headers));
  // Keys and rights are set right by people, and then the message goes out.
  return new NotSent(status === 401 || status === 403 ? 'later' : 'refused', said);
}

/** `Retry-After`, in seconds or as a date; an hour at most, whatever it says. */
function retryAfterMs(headers: Headers): number {
  const given = String(headers?.['retry-after'] ?? '');
  const ms = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 3_600_000) : 0;
}
