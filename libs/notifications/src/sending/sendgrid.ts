import { MailService } from '@sendgrid/mail';
import { type Mail, MailPort, notSent, PROVIDER_TIMEOUT_MS, type ProviderId } from './ports';

interface Failure {
  readonly code?: number | string;
  readonly response?: { readonly headers?: Record<string, unknown> };
}

/** SendGrid. It has no idempotency keys: a message that is sent again is known by its Message-ID alone. */
export class SendGridMails extends MailPort {
  readonly isLimited = true;
  private readonly service = new MailService();

  /** @param url of its API, where that is another than its own */
  constructor(key: string, url?: string) {
    super();
    this.service.setApiKey(key);
    this.service.setTimeout(PROVIDER_TIMEOUT_MS);
    // biome-ignore lint/suspicious/noExplicitAny: the service's client is a member that its types leave out
    if (url) (this.service as any).client.setDefaultRequest('baseUrl', url);
  }

  async send({ to, from, subject, text, html, messageId, attachments }: Mail): Promise<ProviderId> {
    try {
      const [{ headers }] = await this.service.send({
        to: { email: to.address, ...(to.name && { name: to.name }) },
        from: { email: from.address, name: from.name },
        subject,
        text,
        html,
        headers: { 'Message-ID': messageId },
        attachments: attachments.map(({ name, contentType, content }) => ({
          filename: name,
          // It refuses every parameter but `method`, and adds the charset by itself.
          type: contentType.replace(/;\s*charset=[^;]+/, ''),
          content: Buffer.from(content).toString('base64'),
          disposition: 'attachment',
        })),
      });
      return (headers as Record<string, string>)['x-message-id'] ?? null;
    } catch (error) {
      const { code, response } = error as Failure;
      const status = typeof code === 'number' ? code : null;
      throw notSent(status, response?.headers, status ? 'from SendGrid' : `no answer from SendGrid: ${code}`);
    }
  }
}
