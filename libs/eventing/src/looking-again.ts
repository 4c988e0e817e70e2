import { DomainError } from '@yoyaku/kernel';

/** How states of other things are to be loaded: `fresh` reads what other processes appended first. */
export interface Look {
  readonly fresh: boolean;
}

/**
 * Runs a check that other things' states decide, and appends nothing. What this process remembers of them may grant; what
 * it refuses is decided once more by what they are now, since another process may just have changed them.
 */
export async function lookingAgain<T>(check: (look: Look) => Promise<T>): Promise<T> {
  try {
    return await check({ fresh: false });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return check({ fresh: true });
  }
}
