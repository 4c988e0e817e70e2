import { DomainError } from '@yoyaku/kernel';
import type { Load } from '../aggregates/load';

/**
 * Runs a check that depends on states of other things, and appends nothing. It is first made on what this process
 * remembers of them: that may grant. Where it refuses, it is made again on what is loaded, since another process may just
 * have changed them.
 */
export async function recheckRefusal<T>(check: (load: Load) => Promise<T>): Promise<T> {
  try {
    return await check('maxStale');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return check('requireLoad');
  }
}
