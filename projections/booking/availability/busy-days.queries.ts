import { isEqualTeam, type SessionKind, type Sessions } from '@yoyaku/booking';
import { DAY, MINUTE } from '@yoyaku/kernel';
import { type BusyTimes, busyDays } from './table';

/** Days, counted from the first requested one, each with the time that is taken. */
export type BusyDays = readonly (readonly [day: number, busy: readonly BusyTimes[]])[];

/**
 * A row for each resource of $1 that has such days between the dates $2 and $3, both included. `days` are {@link
 * BusyDays} as JSON, in order. One row for each day would be slower: that is why this is SQL (`npm run bench -- slots`).
 */
export const BUSY_DAYS = `
  select resource_id, '[' || string_agg('[' || date - $2::date || ',' || busy || ']', ',' order by date) || ']' as days
    from read.${busyDays.name}
   where resource_id = any($1) and date between $2 and $3
   group by resource_id`;

type Growing = { -readonly [K in keyof Sessions]: Sessions[K] extends readonly number[] ? number[] : Sessions[K] };

/** The time taken on these days, grouped by kind. The first day begins at that moment (epoch ms). */
export function sessionsOn(days: BusyDays, first: number): Sessions[] {
  const kinds: Growing[] = [];
  for (const [day, busy] of days) {
    const midnight = first + day * DAY;
    for (const [service, minutes, before, after, times, alongside = null] of busy) {
      const { starts, people } = ofKind(kinds, {
        serviceId: service || null,
        length: Math.round(minutes * MINUTE),
        before: before * MINUTE,
        after: after * MINUTE,
        alongside,
      });
      for (let i = 0; i < times.length; i += 2) {
        const start = times[i] as number;
        // An entry that began on an earlier date is in that date's row too.
        if (start < 0 && day > 0) continue;
        starts.push(midnight + Math.round(start * MINUTE));
        people.push(times[i + 1] as number);
      }
    }
  }
  return kinds;
}

function ofKind(kinds: Growing[], wanted: SessionKind): Growing {
  const { serviceId, length, before, after, alongside } = wanted;
  for (const kind of kinds) {
    const isSame = kind.serviceId === serviceId && kind.length === length;
    if (isSame && kind.before === before && kind.after === after && isEqualTeam(kind.alongside, alongside)) return kind;
  }
  const kind: Growing = { ...wanted, starts: [], people: [] };
  kinds.push(kind);
  return kind;
}
