import { STATUS_CODES } from 'node:http';
import { getSchemaPath } from '@nestjs/swagger';
import { statusOf } from '../http/conventions/problem-codes';
import { ProblemView } from '../http/conventions/problems/problem.view';
import { responseHeaders } from './headers';

/** Codes that the conventions give to any operation that may answer with that status. */
const CODES: Readonly<Record<number, readonly string[]>> = {
  400: [
    'request.invalid',
    'request.invalid_cursor',
    'request.invalid_idempotency_key',
    'request.invalid_if_match',
    'request.invalid_limit',
    'request.invalid_min_position',
    'request.invalid_sort',
    'request.invalid_value',
    'request.malformed',
    'request.other_business',
    'request.cut_off',
  ],
  401: ['auth.token_missing', 'auth.token_invalid', 'auth.token_expired', 'auth.session_ended', 'auth.key_invalid'],
  403: ['access.area', 'access.forbidden', 'access.not_for_keys', 'identity.email_not_verified'],
  404: [],
  409: ['concurrency.contention', 'idempotency.in_progress'],
  412: ['concurrency.conflict'],
  413: ['request.too_large'],
  414: ['request.uri_too_long'],
  415: ['request.unsupported_media_type', 'request.unsupported_encoding', 'request.unsupported_charset'],
  422: ['idempotency.key_reused'],
  429: ['rate.limited'],
  500: ['history.damaged'],
  503: [
    'projection.behind',
    'projection.failed',
    'event_store.access_denied',
    'event_store.unavailable',
    'event_store.newer_build',
    'database.access_denied',
    'database.unavailable',
    'server.unavailable',
  ],
};

/** What all operations answer alike with a status, as components; `Conflict` for 409. */
export const PROBLEMS = Object.fromEntries(
  Object.entries(CODES).map(([status, codes]) => [nameOf(Number(status)), problemResponse(Number(status), codes)]),
);

/** What an operation with these refusals answers with a status: its own codes beside those that all operations have. */
export function problemOf(status: number, refusals: readonly string[]) {
  const own = refusals.filter((code) => statusOf(code) === status);
  if (own.length === 0) return { $ref: `#/components/responses/${nameOf(status)}` };
  return problemResponse(status, [...(CODES[status] ?? []), ...own]);
}

function nameOf(status: number): string {
  return (STATUS_CODES[status] as string).replaceAll(/\W/g, '');
}

function problemResponse(status: number, codes: readonly string[]) {
  const problem = { $ref: getSchemaPath(ProblemView) };
  // A status without codes of its own may come with any.
  const limited = {
    type: 'object',
    additionalProperties: true,
    properties: { code: { type: 'string', enum: [...codes] } },
  };
  return {
    description: descriptionOf(status),
    headers: responseHeaders(status, false),
    content: { 'application/problem+json': { schema: codes.length > 0 ? { allOf: [problem, limited] } : problem } },
  };
}

function descriptionOf(status: number): string {
  if (status === 500) return 'Somebody deleted or changed what was stored of this; trying again does not help';
  return STATUS_CODES[status] as string;
}
