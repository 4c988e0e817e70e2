import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CommandContext } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the idempotency claim, when the client sent a key. */
    claimed: Pick<CommandContext, 'commandId' | 'repeated'> | null;
    commandContext: CommandContext | null;
  }
}

const USER_AGENT_LIMIT = 256;

/** What a command is taken with: `@Ctx() context: CommandContext`. The same within one request. */
export const Ctx = createParamDecorator((_: unknown, host: ExecutionContext) => {
  const request = host.switchToHttp().getRequest<FastifyRequest>();
  request.commandContext ??= contextOf(request);
  return request.commandContext;
});

function contextOf(request: FastifyRequest): CommandContext {
  const { principal, headers } = request;
  const claimed = request.claimed ?? { commandId: newUuid() };
  return {
    ...claimed,
    at: now(),
    actor: {
      id: principal?.userId ?? null,
      role: principal?.role ?? 'anonymous',
      ip: request.ip,
      userAgent: headers['user-agent']?.slice(0, USER_AGENT_LIMIT).toWellFormed() ?? null,
    },
    correlationId: request.id,
    causationId: claimed.commandId,
    ...expectedRevision(headers['if-match']),
  };
}

/** `If-Match` as `"3"`, `W/"3"` or `*`. Throws 400 `request.invalid_if_match` for anything else. */
function expectedRevision(ifMatch: string | undefined): Pick<CommandContext, 'expectedRevision'> {
  if (ifMatch === undefined || ifMatch.trim() === '*') return {};
  const [, revision] = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(ifMatch) ?? [];
  if (revision === undefined) throw new Problem(400, 'request.invalid_if_match');
  return { expectedRevision: Number(revision) };
}
