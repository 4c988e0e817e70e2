import type { CommandContext } from './command-context';

/** The stream is not where the command needs it: `If-Match` names another revision, or others were always faster. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly reason: 'if_match' | 'contention',
    /** At which the stream is, where `If-Match` named another. */
    readonly revision?: number,
  ) {
    super(`${stream}: ${reason}`);
  }
}

/**
 * For operations of several steps, before the first: whether the thing is at a revision that `If-Match` names. Throws
 * {@link ConcurrencyConflict}. A command that is repeated may itself have moved it.
 */
export function ensureRevision(
  { id, revision }: { readonly id: string; readonly revision: number },
  { expectedRevisions, repeated = false }: CommandContext,
): void {
  if (!repeated && expectedRevisions && !expectedRevisions.includes(revision))
    throw new ConcurrencyConflict(id, 'if_match', revision);
}
