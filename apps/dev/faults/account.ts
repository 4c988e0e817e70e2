import { randomBytes } from 'node:crypto';
import { answered, apiClient } from '@yoyaku/client';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const RENEW_AFTER_MS = 8 * 60_000;

/** Somebody with an account, signed in for as long as the run lasts. */
export class Account {
  private renewal: Promise<void> | undefined;

  private constructor(
    private readonly origin: string,
    private readonly credentials: Credentials,
    private current: { readonly token: string; readonly since: number },
  ) {}

  static async register(origin: string, name: string): Promise<Account> {
    const credentials = {
      email: `${name}-${randomBytes(4).toString('hex')}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    const { body } = await answered(
      apiClient(origin).POST('/api/v1/auth/register', { body: { name, ...credentials } }),
    );
    return new Account(origin, credentials, { token: body.accessToken, since: performance.now() });
  }

  static async signIn(origin: string, credentials: Credentials): Promise<Account> {
    return new Account(origin, credentials, await signIn(origin, credentials));
  }

  /** Good for some minutes yet: another one is asked for long before it expires, again and again until it comes. */
  get token(): string {
    if (performance.now() - this.current.since > RENEW_AFTER_MS) this.renewal ??= this.renew();
    return this.current.token;
  }

  private async renew(): Promise<void> {
    const renewed = await signIn(this.origin, this.credentials).catch(() => undefined);
    if (renewed) this.current = renewed;
    this.renewal = undefined;
  }
}

async function signIn(origin: string, credentials: Credentials): Promise<{ token: string; since: number }> {
  const since = performance.now();
  const { body } = await answered(apiClient(origin).POST('/api/v1/auth/login', { body: credentials }));
  return { token: body.accessToken, since };
}
