import type { Capacity, Reach, Scope } from './scope';

/**
 * Makes a scope. Only the module that decides over rights uses it, and code that acts for no user; a boundary keeps all
 * others out.
 */
export const grant = (as: Capacity, reach: Reach): Scope => ({ ...reach, as }) as Scope;

/** Of reactions, schedules and the command line: nobody asks, so nobody's right limits them. */
export const SYSTEM: Scope = grant('platform', { kind: 'all' });
