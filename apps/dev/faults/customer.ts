import { randomBytes } from 'node:crypto';
import { ApiClient } from '../src/api-client';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Somebody with an account. */
export class Customer {
  private constructor(
    private readonly origin: string,
    private readonly credentials: Credentials,
    private current: { readonly token: string; readonly since: number },
  ) {}

  static async register(origin: string, name: string): Promise<Customer> {
    const credentials = {
      email: `${name}-${randomBytes(4).toString('hex')}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    const { body } = await new ApiClient(origin).send<{ accessToken: string }>('POST', '/auth/register', {
      name,
      ...credentials,
    });
    return new Customer(origin, credentials, { token: body.accessToken, since: performance.now() });
  }

  get token(): string {
    return this.current.token;
  }

  /** Signs in again before the token expires; rejects when that is not possible now. */
  async renew(): Promise<void> {
    if (performance.now() - this.current.since < RENEW_AFTER_MS) return;
    const { email, password } = this.credentials;
    const { body } = await new ApiClient(this.origin).send<{ accessToken: string }>('POST', '/auth/login', {
      email,
      password,
    });
    this.current = { token: body.accessToken, since: performance.now() };
  }
}

const RENEW_AFTER_MS = 8 * 60_000;
