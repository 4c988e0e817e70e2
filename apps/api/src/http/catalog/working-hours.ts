import type { WorkingHours } from '@yoyaku/catalog/events';
import type { Weekday, WeeklySpans } from '@yoyaku/kernel';

/** Weekly hours as a list. */
export const workingHours = (week: WeeklySpans | null): WorkingHours[] | null =>
  week &&
  Object.entries(week).flatMap(([day, spans]) => spans.map((span) => ({ day: Number(day) as Weekday, ...span })));

/** In the order of the week, as the resource itself knows them. */
export const inOrder = (hours: readonly WorkingHours[] | null): WorkingHours[] | null =>
  hours?.toSorted((a, b) => a.day - b.day || (a.starts < b.starts ? -1 : 1)) ?? null;
