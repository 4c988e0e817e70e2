import type { TwilioAccount } from './twilio';

const PROVIDERS = ['outbox', 'sendgrid', 'resend', 'smtp'] as const;

/** How messages leave. */
export interface SendingSettings {
  readonly provider: (typeof PROVIDERS)[number];
  /** Of SendGrid or Resend. */
  readonly apiKey: string;
  /** Of the mail server. */
  readonly smtpUrl: string;
  readonly from: { readonly name: string; readonly address: string };
  /** E-mails that go out in a minute, over all processes. */
  readonly perMinute: number;
  /** How often a message that a provider did not take is tried again. */
  readonly retries: number;
  /** After the first try, in milliseconds; then four times as long each. */
  readonly firstDelayMs: number;
  /** Null: text messages stay in the outbox. */
  readonly twilio: TwilioAccount | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `EMAIL_…`, `SMTP_URL` and `TWILIO_…`; what is wrong is added to the problems. */
export function readSending(env: Environment, problems: string[]): SendingSettings {
  const provider = providerOf(env.EMAIL_PROVIDER, problems);
  const { EMAIL_API_KEY: apiKey = '', SMTP_URL: smtpUrl = '', EMAIL_FROM_NAME: name = '' } = env;
  const address = env.EMAIL_FROM || `no-reply@${env.BASE_DOMAIN || 'localhost'}`;
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address)) problems.push('EMAIL_FROM must be an e-mail address');
  if (/[\r\n]/.test(name)) problems.push('EMAIL_FROM_NAME must be one line');
  if ((provider === 'sendgrid' || provider === 'resend') && !apiKey) {
    problems.push(`EMAIL_API_KEY must be set for EMAIL_PROVIDER=${provider}`);
  }
  if (provider !== 'outbox' && !env.EMAIL_FROM) problems.push(`EMAIL_FROM must be set for EMAIL_PROVIDER=${provider}`);
  if (provider === 'smtp' && !/^smtps?:\/\/./.test(smtpUrl)) {
    problems.push('SMTP_URL must be a URL that begins with smtp:// or smtps://');
  }
  return {
    provider,
    apiKey,
    smtpUrl,
    from: { name: name || 'Yoyaku', address },
    perMinute: count(env.EMAIL_RATE_LIMIT, 30, 1, 60_000, 'EMAIL_RATE_LIMIT', problems),
    retries: count(env.EMAIL_RETRY_ATTEMPTS, 3, 0, 20, 'EMAIL_RETRY_ATTEMPTS', problems),
    firstDelayMs: 30_000,
    twilio: twilioOf(env, problems),
  };
}

function providerOf(text: string | undefined, problems: string[]): SendingSettings['provider'] {
  const found = PROVIDERS.find((provider) => provider === (text === 'mock' ? 'outbox' : text || 'outbox'));
  if (!found) problems.push(`EMAIL_PROVIDER must be one of ${PROVIDERS.join(', ')}`);
  return found ?? 'outbox';
}

function twilioOf(env: Environment, problems: string[]): TwilioAccount | null {
  const { TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN: authToken = '', TWILIO_FROM: from = '' } = env;
  const given = [accountSid, authToken, from].filter(Boolean).length;
  if (given === 0) return null;
  const isSound = given === 3 && accountSid.startsWith('AC');
  if (!isSound) problems.push('TWILIO_ACCOUNT_SID (AC…), TWILIO_AUTH_TOKEN and TWILIO_FROM must be set together');
  return { accountSid, authToken, from };
}

function count(
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
  name: string,
  problems: string[],
): number {
  const value = text ? Number(text) : fallback;
  if (!Number.isInteger(value) || value < min || value > max)
    problems.push(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}
