import { DomainError } from '@yoyaku/kernel';
import type { Load } from '../aggregates/load';

/**
 * Runs a check that depends on states of other things and appends nothing. It first uses cached states, on which it may
 * grant. If it refuses, it runs again on states that are read now, because another process may just have changed them.
 */
export async function recheckRefusal<T>(check: (load: Load) => Promise<T>): Promise<T> {
  try {
    return await check('maxStale');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return check('requireLoad');
  }
}
