import { randomBytes } from 'node:crypto';
import { ApiClient } from '../src/api-client';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const RENEW_AFTER_MS = 8 * 60_000;

/** Somebody with an account, signed in. */
export class Account {
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
    const { body } = await new ApiClient(origin).send<{ accessToken: string }>('POST', '/auth/register', {
      name,
      ...credentials,
    });
    return new Account(origin, credentials, { token: body.accessToken, since: performance.now() });
  }

  static async signIn(origin: string, credentials: Credentials): Promise<Account> {
    return new Account(origin, credentials, await signIn(origin, credentials));
  }

  get token(): string {
    return this.current.token;
  }

  /** Signs in again before the token expires; rejects when that is not possible now. */
  async renew(): Promise<void> {
    if (performance.now() - this.current.since < RENEW_AFTER_MS) return;
    this.current = await signIn(this.origin, this.credentials);
  }
}

async function signIn(origin: string, { email, password }: Credentials): Promise<{ token: string; since: number }> {
  const since = performance.now();
  const { body } = await new ApiClient(origin).send<{ accessToken: string }>('POST', '/auth/login', {
    email,
    password,
  });
  return { token: body.accessToken, since };
}
