/** NOTIFY: a query waits for positions; payload `Place[]`. */
export const WANTED = 'projecting_wanted';
/** NOTIFY: checkpoints that were waited for, once they are there; payload `Place[]`. */
export const REACHED = 'projecting_reached';
/** NOTIFY: who runs what, or what is to run, has changed; no payload. */
export const CHANGED = 'projecting_changed';

export type Place = readonly [projection: string, partition: number, position: string];
