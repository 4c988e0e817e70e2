import { nearestInstant } from '@yoyaku/kernel';

/** The upcast of events whose `start` and `end` were not held to the range of instants in their first version. */
export function spanInRange(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { start, end } = data as { start: string; end: string };
  return { ...data, start: nearestInstant(start), end: nearestInstant(end) };
}
