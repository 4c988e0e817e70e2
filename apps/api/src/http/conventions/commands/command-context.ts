import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CommandContext } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { carriesScope, grantedScope } from '../access/in-scope';
import { Problem } from '../problems/problem';
import { routeOf } from '../routes';
import { revisionOf } from '../views/entity-tag';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the idempotency claim, when the client sent a key. */
    claimed: Pick<CommandContext, 'commandId' | 'repeated' | 'ensureOwned'> | null;
    commandContext: CommandContext | null;
  }
}

const USER_AGENT_LIMIT = 256;

/** The role of an actor that is no user: its id is an API key's. */
export const KEY_ROLE = 'api_key';

const givesContext = carriesScope((_: unknown, host: ExecutionContext) => {
  const scope = grantedScope(host);
  const request = host.switchToHttp().getRequest<FastifyRequest>();
  request.commandContext ??= { ...contextOf(request, routeOf(host.getHandler())?.appends !== false), scope };
  return request.commandContext;
});
/** The context of the request's command: `@Ctx() context: CommandContext`. It is the same within one request. */
export const Ctx = createParamDecorator(givesContext);

/** What appends nothing changes no stream, so `If-Match` says nothing of it. */
function contextOf(request: FastifyRequest, appends: boolean): Omit<CommandContext, 'scope'> {
  const { principal, headers } = request;
  const claimed = request.claimed ?? { commandId: newUuid() };
  return {
    ...claimed,
    at: now(),
    actor: {
      id: principal?.userId ?? null,
      role: principal?.key ? KEY_ROLE : (principal?.role ?? 'anonymous'),
      ip: request.ip,
      userAgent: headers['user-agent']?.slice(0, USER_AGENT_LIMIT).toWellFormed() ?? null,
    },
    correlationId: request.id,
    causationId: claimed.commandId,
    expectedRevisions: appends ? expectedRevisions(headers['if-match']) : undefined,
  };
}

/** One entity tag (RFC 9110, 8.8.3): `"3"` or `W/"3"`. */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;
const TAGS = new RegExp(`^\\s*${TAG.source}(\\s*,\\s*${TAG.source})*\\s*$`);

/**
 * The revisions that an `If-Match` header allows; undefined: all. Weak tags and foreign tags never match. Throws 400
 * `request.invalid_if_match` if it is neither a list of tags nor `*`.
 */
function expectedRevisions(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  if (!TAGS.test(ifMatch)) throw new Problem(400, 'request.invalid_if_match');
  const tags = [...ifMatch.matchAll(new RegExp(TAG, 'g'))];
  return tags.flatMap(([, weak, tag = '']) => (weak ? [] : (revisionOf(tag) ?? [])));
}
