import { SILENCE } from '../src/store/eventstoredb/reading';
import { MOST } from '../src/store/within';

/** A process that did not run for so many milliseconds may have taken itself for held up. */
const HELD_UP = 500;

/**
 * Within how many milliseconds a silent store is noticed by who would notice it within `ms`, but was held up for so long
 * meanwhile: then it may itself be the cause, and believes in silence later. On a quiet machine that does not happen.
 */
export const noticedWithin = (ms: number, heldUp: number): number =>
  ms + heldUp + (heldUp < HELD_UP ? 0 : MOST * SILENCE);
