import { createTransport, type Transporter } from 'nodemailer';
import { type Mail, MailPort, NotSent, PROVIDER_TIMEOUT_MS, type ProviderId } from './ports';

interface Failure {
  readonly code?: string;
  readonly responseCode?: number;
  /** The system call that failed. */
  readonly syscall?: string;
}

/** Any mail server, by SMTP. A message that is sent again is known by its Message-ID. */
export class SmtpMails extends MailPort {
  readonly isLimited = true;
  private readonly transport: Transporter;

  /** @param url `smtp://user:password@host:587`, `smtps://…` for TLS from the first byte */
  constructor(url: string) {
    super();
    this.transport = createTransport(url, {});
    Object.assign(this.transport.options, {
      connectionTimeout: PROVIDER_TIMEOUT_MS,
      greetingTimeout: PROVIDER_TIMEOUT_MS,
      socketTimeout: PROVIDER_TIMEOUT_MS,
    });
  }

  async send({ to, from, subject, text, html, messageId, attachments }: Mail): Promise<ProviderId> {
    try {
      await this.transport.sendMail({
        to: { name: to.name ?? '', address: to.address },
        from,
        subject,
        text,
        html,
        messageId,
        attachments: attachments.map(({ name, contentType, content }) => ({ filename: name, contentType, content })),
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return messageId;
    } catch (error) {
      throw failureOf(error as Failure);
    }
  }
}

/** Codes of 4xx are for now, those of 5xx for good; before the connection stood, nothing was sent. */
function failureOf({ code, responseCode, syscall }: Failure): NotSent {
  if (responseCode === undefined) {
    const isBefore = code === 'EDNS' || syscall === 'connect';
    return new NotSent(isBefore ? 'later' : 'unknown', `${code ?? 'no answer'} from the mail server`);
  }
  const isWrongKey = code === 'EAUTH';
  return new NotSent(responseCode < 500 || isWrongKey ? 'later' : 'refused', `${responseCode} from the mail server`);
}
