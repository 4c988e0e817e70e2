import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;

const POSITION = '^\\d{1,19}$';

/** What a client may send with a request, by the name of its component. */
export const REQUEST_HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A repeat with the same key and body gets the first answer; kept for 24 hours',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '0197e2f4-8a35-7cc0-a2d5-3f0e5f9a6b11',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'An `ETag` of the revision that the resource must have, or that in quotation marks; 412 otherwise',
    schema: { type: 'string' },
    example: '"3"',
  },
  MinPosition: {
    name: 'X-Min-Position',
    in: 'header',
    description: 'Wait until the read model has reached this `X-Event-Position`',
    schema: { type: 'string', pattern: POSITION },
    example: '18423',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=N`: how many seconds to wait for `X-Min-Position`; 2 when absent, 10 at most',
    schema: { type: 'string' },
    example: 'wait=5',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of the answer that one has; 304 where it is still the same',
    schema: { type: 'string' },
    example: 'W/"3q2-7w"',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'What happened after that event is told; without it what happens from now on',
    schema: { type: 'string' },
    example: '18423',
  },
  BusinessId: {
    name: 'X-Business-Id',
    in: 'header',
    description: 'Stands for the field `businessId` wherever the request leaves it out',
    schema: { type: 'string', format: 'uuid' },
  },
} as const satisfies Components['parameters'];

/** What an answer may carry, by the name of its component. `required`: it always does. */
export const RESPONSE_HEADERS = {
  Revision: {
    description: 'Of what was changed: its revision, for `If-Match`, and a digest of what is shown',
    required: true,
    schema: { type: 'string' },
    example: '"3-5hZ0pX2cQ_7w"',
  },
  ETag: {
    description: 'Of what is answered, for `If-None-Match`, and for `If-Match` unless it is weak',
    schema: { type: 'string' },
    example: 'W/"3q2-7w"',
  },
  EventPosition: {
    description: 'Where the last event of the command stands, for `X-Min-Position`',
    required: true,
    schema: { type: 'string', pattern: POSITION },
    example: '18423',
  },
  Location: {
    description: 'Where the new resource is read',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/api/v1/bookings/0197e2f4-8a35-7cc0-a2d5-3f0e5f9a6b11',
  },
  Progress: {
    description: 'Where to read how the work goes, where that is a resource',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/api/v1/audit/verifications/0197e2f4-8a35-7cc0-a2d5-3f0e5f9a6b11',
  },
  RetryAfter: {
    description: 'After how many seconds it is worth trying again',
    schema: { type: 'string', pattern: '^\\d+$' },
    example: '2',
  },
  RateLimit: {
    description: 'What remains of the limit (`r`), and in how many seconds it is full again (`t`)',
    schema: { type: 'string' },
    example: '"user";r=299;t=60',
  },
  RateLimitPolicy: {
    description: 'The limit: so many requests (`q`) in so many seconds (`w`)',
    schema: { type: 'string' },
    example: '"user";q=300;w=60',
  },
  CorrelationId: {
    description: 'The id under which this request is found in logs and events; the client’s own where it sent one',
    required: true,
    schema: { type: 'string', maxLength: 128 },
  },
  Authenticate: {
    description: 'How to sign in (RFC 6750)',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token"',
  },
} as const satisfies Components['headers'];

const of = (component: keyof typeof RESPONSE_HEADERS) => ({ $ref: `#/components/headers/${component}` });

/** The headers of an answer with that status, as they are called there. */
export function responseHeaders(status: number, appends: boolean): Record<string, { $ref: string }> {
  return {
    ...(appends && status < 300 && { ETag: of('Revision'), 'X-Event-Position': of('EventPosition') }),
    ...(!appends && status < 400 && { ETag: of('ETag') }),
    ...(status === 201 && { Location: of('Location') }),
    ...(status === 202 && { Location: of('Progress') }),
    ...(status === 401 && { 'WWW-Authenticate': of('Authenticate') }),
    ...([409, 429, 503].includes(status) && { 'Retry-After': of('RetryAfter') }),
    RateLimit: of('RateLimit'),
    'RateLimit-Policy': of('RateLimitPolicy'),
    'X-Correlation-Id': of('CorrelationId'),
  };
}
