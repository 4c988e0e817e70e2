import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import { languageOf, messageFor } from '@yoyaku/composition';
import {
  ConcurrencyConflict,
  DamagedHistory,
  EventStoreDenied,
  EventStoreUnavailable,
  NotReadableHere,
  TooLargeToAppend,
} from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import { denialOf, isTransient, sqlStateOf } from '@yoyaku/postgres';
import { isReadModelMissing } from '@yoyaku/projecting';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { statusOf } from '../problem-codes';
import { concerned } from '../request-log';
import { codeOf } from './field-codes';
import { type FieldError, Problem } from './problem';
import { membersOf, type ProblemView } from './problem.view';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/**
 * The only place where errors become answers. An unexpected error is 500; the log has its details, the client has not.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers a request with the problem that the error is. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Its socket's error would otherwise pass for one on the way to PostgreSQL.
  const cause = isCutOff(request) ? new Problem(400, 'request.cut_off') : error;
  const problem = problemOf(cause);
  request.problemCode = problem.code;
  const about = { ...concerned(request), status: problem.status, code: problem.code };
  if (cause instanceof Problem || cause instanceof DomainError) {
    request.log[refusalLevel(problem.status)](about, 'request refused');
  } else if (problem.status >= 500) {
    request.log.info(about, 'request failed');
    // Without names of requests, so that many failures with one cause are logged once and counted.
    request.log.error({ err: cause, code: problem.code }, 'requests fail');
  }
  if (reply.sent) return;
  // What no hook saw has none yet, such as an address that cannot be decoded.
  reply.header('x-correlation-id', request.id);
  for (const [name, value] of Object.entries(problem.options.headers ?? {})) reply.header(name, value);
  reply.status(problem.status).header('content-type', PROBLEM_TYPE).send(problemText(problem, request));
}

/**
 * A rule that says no, to many at once where they all want one time, concerns who asked; all else may concern an
 * operator.
 */
const refusalLevel = (status: number): 'info' | 'debug' => (status === 409 || status === 422 ? 'debug' : 'info');

/** Whether the client left or was too slow before the request was complete. */
const isCutOff = ({ raw }: FastifyRequest): boolean => Boolean(raw.errored) && !raw.complete;

/** The body of the answer: the problem in the requested language. */
export const problemText = (problem: Problem, request: Pick<FastifyRequest, 'url' | 'headers'>): string =>
  JSON.stringify(bodyOf(problem, request));

function bodyOf(
  { status, title, code, options }: Problem,
  request: Pick<FastifyRequest, 'url' | 'headers'>,
): ProblemView {
  const language = languageOf(request.headers['accept-language']);
  const { facts = {}, errors } = options;
  return {
    type: `urn:yoyaku:problem:${code}`,
    title,
    status,
    detail: messageFor(code, facts, language),
    instance: request.url.split('?', 1)[0] as string,
    code,
    ...membersOf(facts),
    ...(errors && { errors: errors.map((error) => fieldError(error, language)) }),
  };
}

const fieldError = ({ path, code, facts = {} }: FieldError, language: ReturnType<typeof languageOf>) => ({
  path,
  code: codeOf(code),
  message: messageFor(code, facts, language),
  ...membersOf(facts),
});

/** Problems that pass: the client can repeat the same request later. */
const away = (code: string): Problem => new Problem(503, code, { headers: { 'retry-after': '1' } });

/** The problem that an error is for a client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DomainError) return ofDomain(error);
  if (error instanceof ConcurrencyConflict) {
    return error.reason === 'if_match'
      ? new Problem(412, 'concurrency.conflict', { facts: currentRevision(error) })
      : new Problem(409, 'concurrency.contention', { headers: { 'retry-after': '1' } });
  }
  if (error instanceof EventStoreDenied) return away('event_store.access_denied');
  if (error instanceof EventStoreUnavailable) return away('event_store.unavailable');
  if (error instanceof NotReadableHere) return away('event_store.newer_build');
  if (error instanceof DamagedHistory) return new Problem(500, 'history.damaged');
  if (error instanceof TooLargeToAppend) return ofStatus(413);
  if (denialOf(error)) return away('database.access_denied');
  if (isTransient(error)) return away('database.unavailable');
  if (isReadModelMissing(error)) return away('projection.behind');
  if (isDataException(sqlStateOf(error))) return new Problem(400, 'request.invalid_value');
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  return ofStatus(typeof status === 'number' ? status : 500);
}

/** What is not there yet has no revision. */
const currentRevision = ({ revision = -1 }: ConcurrencyConflict) => (revision < 0 ? {} : { currentRevision: revision });

/** In seconds. Something that waits for an admin takes longer than something that is merely busy. */
const retryAfter = (code: string): string => (code === 'projection.failed' ? '30' : '2');

function ofDomain({ code, facts }: DomainError): Problem {
  const { path } = facts;
  if (statusOf(code) === 503) return new Problem(503, code, { facts, headers: { 'retry-after': retryAfter(code) } });
  const errors = typeof path === 'string' ? [{ path, code, facts }] : undefined;
  return new Problem(statusOf(code), code, { facts, ...(errors && { errors }) });
}

const EDGE_CODES: Readonly<Record<number, string>> = {
  400: 'request.malformed',
  401: 'auth.token_missing',
  403: 'access.forbidden',
  404: 'request.no_such_route',
  405: 'request.method_not_allowed',
  408: 'request.timed_out',
  413: 'request.too_large',
  414: 'request.uri_too_long',
  415: 'request.unsupported_media_type',
  417: 'request.unknown_expectation',
  431: 'request.headers_too_large',
  503: 'server.unavailable',
};

/** The code of an HTTP status, for errors without a code of ours. */
export const ofStatus = (status: number): Problem => {
  const code = EDGE_CODES[status] ?? (status < 500 ? 'request.malformed' : undefined);
  return code ? new Problem(status, code) : new Problem(500, 'server.error');
};

/**
 * SQLSTATEs of a value that its type does not take, which only a forged cursor or filter can still be: out of range, no
 * date, no text of that encoding, no uuid or number. Others of class 22 are no client's fault: 22023 is what a server
 * says that has lost its time zones, perhaps after a command was stored.
 */
const isDataException = (sqlState = ''): boolean => /^22(003|007|008|021|P02|P05)$/.test(sqlState);
