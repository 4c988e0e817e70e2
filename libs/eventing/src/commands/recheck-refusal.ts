import { DomainError } from '@yoyaku/kernel';
import type { LoadOptions } from '../aggregates/aggregate-store';

/**
 * Runs a check that depends on states of other things, and appends nothing. It is first made on what this process
 * remembers of them: that may grant. Where it refuses, it is made again on fresh states, since another process may just
 * have changed them.
 */
export async function recheckRefusal<T>(check: (options: LoadOptions) => Promise<T>): Promise<T> {
  try {
    return await check({ fresh: false });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return check({ fresh: true });
  }
}
