import type { Scope } from '@yoyaku/access';
import { SYSTEM } from '@yoyaku/access/grant';
import { deriveFrom, deriveUuid, type Instant, newUuid, now, type Uuid } from '@yoyaku/kernel';
import type { Actor, Origin } from '../envelope/origin';

/** The circumstances of a command, beside its own data. */
export interface CommandContext extends Origin {
  /** How far the right goes of who asks: streams outside it are not changed. */
  readonly scope: Scope;
  /** From `If-Match`: the stream must have one of these revisions. */
  readonly expectedRevisions?: readonly number[];
  /** The command may be a repeat (a redelivery, a request that failed half-way): read the stream before deciding. */
  readonly repeated?: boolean;
  /** With `repeated`: the first run, if there was one, appended after this position, that of the causing event. */
  readonly notBefore?: bigint;
  /**
   * Rejects when another process has taken the command over. That one may have answered already, so nothing may be
   * appended any more that is decided on what was read only now.
   */
  readonly ensureOwned?: () => Promise<void>;
  /** Nobody uses what the command answers; see {@link unreadStepOf}. */
  readonly isUnread?: boolean;
}

/**
 * The context of a further step of the same operation. The same step of the same operation always gives the same
 * command id. `If-Match` is dropped, because it is about the operation's own resource only.
 */
export function stepOf(context: CommandContext, step: string): CommandContext {
  const { expectedRevisions: _, ...rest } = context;
  return { ...rest, commandId: deriveFrom(context.commandId, step), causationId: context.commandId };
}

/**
 * The same for a step on a stream that the caller has no right to. The decider alone says what happens, and nothing
 * that belongs to anybody is changed.
 */
export const systemStepOf = (context: CommandContext, step: string): CommandContext => ({
  ...stepOf(context, step),
  scope: SYSTEM,
});

/**
 * The same for a step whose answer nobody uses, and whose decider yields no events where it took effect before. If the
 * store has its events already, the append changes nothing: so nothing is read to find out whether the step is a repeat.
 */
export const unreadStepOf = (context: CommandContext, step: string): CommandContext => ({
  ...stepOf(context, step),
  repeated: false,
  isUnread: true,
});

export const systemActor = (role: string): Actor => ({ id: null, role, ip: null, userAgent: null });

/** The context of a command that an event causes. The same event always gives the same command id. */
export function reactionContext(
  reaction: string,
  cause: { readonly id: Uuid; readonly correlationId: string; readonly position: bigint },
  at: Instant = now(),
): CommandContext {
  return {
    commandId: deriveUuid(reaction, cause.id),
    at,
    actor: systemActor(reaction),
    scope: SYSTEM,
    correlationId: cause.correlationId,
    causationId: cause.id,
    repeated: true,
    notBefore: cause.position,
  };
}

/** The context of a command that no event and no request caused (start-up, a schedule, the command line). */
export function systemContext(role: string): CommandContext {
  const commandId = newUuid();
  return {
    commandId,
    at: now(),
    actor: systemActor(role),
    scope: SYSTEM,
    correlationId: commandId,
    causationId: commandId,
  };
}

/** The id that this command gives to the thing it makes; the same for every repeat of the command. */
export const idFor = (context: CommandContext, what: string): Uuid => deriveFrom(context.commandId, what);
