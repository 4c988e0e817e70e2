import { Twilio } from 'twilio';
import { NotSent, notSent, PROVIDER_TIMEOUT_MS, type ProviderId, type Sms, SmsPort } from './ports';

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Number or sender that messages come from. */
  readonly from: string;
  /** Of its API, where that is another than its own. */
  readonly url?: string;
}

interface Failure {
  readonly status?: number;
  readonly code?: number | string;
}

/** Twilio. It has no idempotency keys, so that a text that it may have taken is not sent again by itself. */
export class TwilioMessages extends SmsPort {
  private readonly client: Twilio;

  constructor(private readonly account: TwilioAccount) {
    super();
    this.client = new Twilio(account.accountSid, account.authToken, { timeout: PROVIDER_TIMEOUT_MS });
    if (account.url) this.client.api.baseUrl = account.url;
  }

  async send({ to, text }: Sms): Promise<ProviderId> {
    try {
      const { sid } = await this.client.messages.create({ to, from: this.account.from, body: text });
      return sid;
    } catch (error) {
      const { status, code } = error as Failure;
      const failure = notSent(status, null, `${code ?? 'no answer'} from Twilio`);
      throw failure.outcome === 'unknown' ? new NotSent('unknown', failure.reason, null) : failure;
    }
  }
}
