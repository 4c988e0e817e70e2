import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './openapi';

/** The bodies of requests and answers, by the names they have in OpenAPI. */
export type Schemas = components['schemas'];

/**
 * The public HTTP interface as any other client sees it, typed by its OpenAPI document:
 * `answered(api.POST('/api/v1/bookings/{id}/confirm', { params: { path: { id } } }))`.
 */
export type ApiClient = Client<paths>;

const PATIENCE_MS = 30_000;

/** `origin` is without the `/api/v1`; without a token one is nobody in particular. */
export const apiClient = (origin: string, token?: string): ApiClient =>
  createClient<paths>({
    baseUrl: origin,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }),
  });

/** Throws {@link ApiError} for wrong credentials. */
export async function signIn(origin: string, credentials: Schemas['LoginBody']): Promise<ApiClient> {
  const { body } = await answered(apiClient(origin).POST('/api/v1/auth/login', { body: credentials }));
  return apiClient(origin, body.accessToken);
}

export interface Answer<Body> {
  readonly body: Body;
  /** Of the last event that a command led to; undefined after a query. */
  readonly position: string | undefined;
  /** Of the resource, for `If-Match`. */
  readonly etag: string | undefined;
}

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(
    { status, url }: Response,
    /** Undefined where something on the way answered that is not the api. */
    readonly problem: Schemas['ProblemView'] | undefined,
  ) {
    super(`${url} answered ${status}${problem ? ` ${problem.code}: ${problem.detail}` : ''}`);
    this.status = status;
  }
}

/** Waits for an answer. Throws {@link ApiError} unless it is a success. */
export async function answered<Body>(
  sent: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Answer<Body>> {
  const { data, error, response } = await sent;
  if (!response.ok) throw new ApiError(response, isProblem(error) ? error : undefined);
  return {
    body: data as Body,
    position: response.headers.get('X-Event-Position') ?? undefined,
    etag: response.headers.get('ETag') ?? undefined,
  };
}

const isProblem = (error: unknown): error is Schemas['ProblemView'] =>
  typeof error === 'object' && error !== null && 'code' in error && 'detail' in error;

/** Headers of a query that waits until the read models have reached this position. */
export const from = (position: string | undefined) =>
  position === undefined ? {} : { 'X-Min-Position': position, Prefer: 'wait=10' };

/** Headers of a command that may be sent again: it is carried out once. */
export const once = (key: string) => ({ 'Idempotency-Key': key });
