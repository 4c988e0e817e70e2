import type { WorkingHours } from '@yoyaku/catalog/events';
import type { Weekday, WeeklySpans } from '@yoyaku/kernel';

/** Weekly hours as a list. */
export const workingHours = (week: WeeklySpans | null): WorkingHours[] | null =>
  week &&
  Object.entries(week).flatMap(([day, spans]) => spans.map((span) => ({ day: Number(day) as Weekday, ...span })));
