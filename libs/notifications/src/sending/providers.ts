import { type Outbox, OutboxMails, OutboxTexts } from './outbox';
import type { MailPort, SmsPort } from './ports';
import type { SendingSettings } from './settings';

/** Who sends e-mails. A vendor's SDK is loaded only where it is used: they are large. */
export function mailPortOf({ provider, apiKey, smtpUrl }: SendingSettings, outbox: Outbox): MailPort {
  switch (provider) {
    case 'sendgrid':
      return new (require('./sendgrid') as typeof import('./sendgrid')).SendGridMails(apiKey);
    case 'resend':
      return new (require('./resend') as typeof import('./resend')).ResendMails(apiKey);
    case 'smtp':
      return new (require('./smtp') as typeof import('./smtp')).SmtpMails(smtpUrl);
    case 'outbox':
      return new OutboxMails(outbox);
  }
}

/** Who sends text messages. */
export function smsPortOf({ twilio }: SendingSettings, outbox: Outbox): SmsPort {
  return twilio
    ? new (require('./twilio') as typeof import('./twilio')).TwilioMessages(twilio)
    : new OutboxTexts(outbox);
}
