/** A figure over several runs. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return { median: percentile(sorted, 0.5), low: percentile(sorted, 0), high: percentile(sorted, 1) };
}

/** The exact value of the nearest rank; `sorted` is ascending, `share` from 0 to 1. NaN of nothing. */
export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** Latencies of one run, in ms. */
export function latencyFigures(latencies: Float64Array): { p50: number; p99: number; max: number } {
  const sorted = latencies.slice().sort();
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: percentile(sorted, 1) };
}
