import { DAY, isTimeZone } from '@yoyaku/kernel';
import { findIana } from 'windows-iana';
import type { Written, WrittenZone } from './ical-file';
import { startsWithin, type Window } from './rules';

/** A zone of the IANA list, or one that is known by its offsets alone. */
export type Zone = { readonly id: string } | { readonly id: null; readonly offsets: readonly Offset[] };

/** From that wall time on, in ms as if it were in UTC, the clock is so many ms ahead of UTC. */
interface Offset {
  readonly since: number;
  readonly ms: number;
}

/** The zones that a file names. One that nobody knows is the resource's, and is kept to be told of. */
export class Zones {
  private readonly found = new Map<string, Zone>();
  /** The names that nobody knows. */
  readonly unknown = new Set<string>();

  constructor(
    private readonly own: string,
    private readonly defined: readonly WrittenZone[],
    private readonly window: Window,
  ) {}

  /** The zone of what is written; without one, the resource's. */
  of({ zone, isUtc }: Pick<Written, 'zone' | 'isUtc'>): Zone {
    if (isUtc) return { id: 'UTC' };
    if (zone === null) return { id: this.own };
    const known = this.found.get(zone) ?? this.find(zone);
    this.found.set(zone, known);
    return known;
  }

  /** The moment of a wall time, in epoch ms; of a date, when it begins in the resource's zone. */
  at(written: Written): number {
    return written.isDate ? this.midnight(written.wall) : momentOf(written.wall, this.of(written));
  }

  /** When a date begins in the resource's zone. */
  midnight(date: string): number {
    return Temporal.PlainDate.from(date).toZonedDateTime(this.own).epochMilliseconds;
  }

  /** The date that it is in that zone. */
  dateOf(ms: number, { id }: Zone): string {
    const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(id ?? this.own);
    return zoned.toPlainDate().toString();
  }

  private find(name: string): Zone {
    const definition = this.defined.find(({ id }) => id === name);
    const id = ianaOf(name) ?? (definition?.known ? ianaOf(definition.known) : undefined);
    if (id) return { id };
    const offsets = definition ? offsetsOf(definition, this.window) : [];
    if (offsets.length > 0) return { id: null, offsets };
    this.unknown.add(name);
    return { id: this.own };
  }
}

/** A wall time that the clock skips is counted from before the change, of two the first is meant. */
export function momentOf(wall: string, zone: Zone): number {
  const local = Temporal.PlainDateTime.from(wall);
  if (zone.id !== null) return local.toZonedDateTime(zone.id).epochMilliseconds;
  const ms = local.toZonedDateTime('UTC').epochMilliseconds;
  const offset = zone.offsets.findLast(({ since }) => since <= ms) ?? zone.offsets[0];
  return ms - (offset?.ms ?? 0);
}

/** By its name in the IANA list, in Windows, or at the end of a path (`/mozilla.org/20050126_1/Europe/Berlin`). */
function ianaOf(name: string): string | undefined {
  const plain = name.replace(/^tzone:\/\/Microsoft\//i, '').trim();
  const [windows] = findIana(plain);
  const steps = plain.split('/');
  const ends = [3, 2].filter((length) => steps.length > length).map((length) => steps.slice(-length).join('/'));
  return [windows, plain, ...ends].find((one) => one !== undefined && one !== '' && isTimeZone(one));
}

/** Of a zone that a file defines; more than any zone of the world has had. */
const MOST_OBSERVANCES = 300;

/** The offsets of a zone that the file defines, in the order in which they begin. */
function offsetsOf({ observances }: WrittenZone, { from, to }: Window): Offset[] {
  const span = { from: from - 800 * DAY, to };
  if (observances.length > MOST_OBSERVANCES) return [];
  const offsets = observances.flatMap((observance) => {
    const { start, rules, dates } = observance;
    const begins = [start, ...dates].map((wall) => momentOf(wall, { id: 'UTC' }));
    const yearly = rules.filter((rule) => /FREQ=YEARLY/i.test(rule)).slice(0, 1);
    const again = yearly.flatMap((rule) => startsWithin(rule, start, 'UTC', span) ?? []);
    const ms = offsetMs(observance.to);
    return ms === null ? [] : [...begins, ...again].map((since) => ({ since, ms }));
  });
  const sorted = offsets.sort((a, b) => a.since - b.since);
  const before = offsetMs(observances.toSorted((a, b) => (a.start < b.start ? -1 : 1))[0]?.from ?? '');
  return before === null || sorted.length === 0 ? sorted : [{ since: Number.NEGATIVE_INFINITY, ms: before }, ...sorted];
}

/** Of `+09:00`, in ms. */
function offsetMs(text: string): number | null {
  const [, sign, hours, minutes, seconds = '0'] = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(text) ?? [];
  if (sign === undefined) return null;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -ms : ms;
}
