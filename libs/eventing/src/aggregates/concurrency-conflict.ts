import type { CommandContext } from './command-context';

/** `If-Match` names another revision than the stream has, or others appended first at every try. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly reason: 'if_match' | 'contention',
    /** The stream's revision, if `If-Match` named another. */
    readonly revision?: number,
  ) {
    super(`${stream}: ${reason}`);
  }
}

/** Whether `If-Match` names the stream's revision, or one that only events moved past that nobody is shown. */
export const isExpected = (revisions: readonly number[], revision: number, unseen = 0): boolean =>
  revisions.some((expected) => expected <= revision && expected >= revision - unseen);

/**
 * Before the first of several steps: checks that the thing has a revision that `If-Match` names. Throws
 * {@link ConcurrencyConflict}. A repeated command is not refused, because its first run may have moved the stream.
 */
export function ensureRevision(
  { id, revision }: { readonly id: string; readonly revision: number },
  { expectedRevisions, repeated = false }: CommandContext,
  unseen = 0,
): void {
  if (!repeated && expectedRevisions && !isExpected(expectedRevisions, revision, unseen))
    throw new ConcurrencyConflict(id, 'if_match', revision);
}
