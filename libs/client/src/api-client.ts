export type Json = Readonly<Record<string, unknown>>;

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    request: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${request} answered ${status}: ${body}`);
  }
}

interface RequestOptions {
  readonly idempotencyKey?: string;
  /** The query waits until the read models have reached this position. */
  readonly minPosition?: string;
}

export interface Answer<Body> {
  readonly body: Body;
  /** Position of the event that a command led to. */
  readonly position: string | undefined;
}

/** The public HTTP interface, as any other client sees it. `origin` is without the `/api/v1`. */
export class ApiClient {
  constructor(
    readonly origin: string,
    private readonly token?: string,
  ) {}

  as(token: string): ApiClient {
    return new ApiClient(this.origin, token);
  }

  /** Throws {@link ApiError} unless the answer is a success. */
  async send<Body = Json>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: Json,
    { idempotencyKey, minPosition }: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
        ...(minPosition && { 'X-Min-Position': minPosition, Prefer: 'wait=10' }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, text);
    return {
      body: (text ? JSON.parse(text) : {}) as Body,
      position: response.headers.get('X-Event-Position') ?? undefined,
    };
  }

  /** Throws {@link ApiError} for wrong credentials. */
  async signIn(email: string, password: string): Promise<ApiClient> {
    const { body } = await this.send<{ accessToken: string }>('POST', '/auth/login', { email, password });
    return this.as(body.accessToken);
  }
}
