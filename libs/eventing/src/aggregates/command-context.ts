import { deriveFrom, deriveUuid, type Instant, newUuid, now, type Uuid } from '@yoyaku/kernel';
import type { Actor, Origin } from '../envelope/origin';

/** What a command is taken with, beside its own data. */
export interface CommandContext extends Origin {
  /** From `If-Match`: the revisions one of which the command's stream must have. */
  readonly expectedRevisions?: readonly number[];
  /** This command may have been taken before (a redelivery, a request that died half-way): look before deciding. */
  readonly repeated?: boolean;
  /** With `repeated`: the position after which it must have been taken, if it was; that of the event that led to it. */
  readonly notBefore?: bigint;
}

/**
 * The context of a further step of the same operation, for a second command to one stream: the same operation, the
 * same step always give the same command id. `If-Match` speaks of the operation's own resource only, so it is dropped.
 */
export function stepOf(context: CommandContext, step: string): CommandContext {
  const { expectedRevisions: _, ...rest } = context;
  return { ...rest, commandId: deriveFrom(context.commandId, step), causationId: context.commandId };
}

export const systemActor = (role: string): Actor => ({ id: null, role, ip: null, userAgent: null });

/** The context of a command that an event leads to: the same event always gives the same command id. */
export function reactionContext(
  reaction: string,
  cause: { readonly id: Uuid; readonly correlationId: string; readonly position: bigint },
  at: Instant = now(),
): CommandContext {
  return {
    commandId: deriveUuid(reaction, cause.id),
    at,
    actor: systemActor(reaction),
    correlationId: cause.correlationId,
    causationId: cause.id,
    repeated: true,
    notBefore: cause.position,
  };
}

/** The context of a command that no event and no request caused (start-up, a schedule, the command line). */
export function systemContext(role: string): CommandContext {
  const commandId = newUuid();
  return { commandId, at: now(), actor: systemActor(role), correlationId: commandId, causationId: commandId };
}

/** The id that this command gives to the thing it makes; the same for every repeat of the command. */
export const idFor = (context: CommandContext, what: string): Uuid => deriveFrom(context.commandId, what);
