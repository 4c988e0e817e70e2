import type { HistoryMark } from './history-mark';

/** The progress of a verification. */
export interface AuditProgress {
  /** Events verified so far. */
  readonly processed: number;
  /** Events to verify, as estimated from positions. */
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number;
}

/** Measures progress from a mark to the position of the last event, from now on. */
export function progressMeter(from: HistoryMark, head: bigint): (reached: HistoryMark) => AuditProgress {
  const startedAt = performance.now();
  const distance = Number(head - from.position);
  return ({ position, events }) => {
    const processed = events - from.events;
    const done = Math.min(1, Number(position - from.position) / distance);
    const total = Math.round(processed / done);
    const rate = processed / ((performance.now() - startedAt) / 1_000);
    const secondsLeft = Math.ceil((total - processed) / rate);
    return { processed, total, eventsPerSecond: Math.round(rate), secondsLeft };
  };
}
