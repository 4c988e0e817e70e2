import { setImmediate } from 'node:timers/promises';
import { DAY, epochMs, fromEpochMs, type Instant } from '@yoyaku/kernel';
import { type IcalFile, readIcal, TooMuchToRead, type Written, type WrittenEvent } from './ical-file';
import { startsWithin } from './rules';
import { momentOf, Zones } from './zones';

/** How far ahead a calendar is read. */
const AHEAD = 366 * DAY;
/** Events of a file, and times that they make. */
export const MOST_EVENTS = 5_000;
/** Time of the processor, in ms, after which others have their turn. */
const TURN = 20;
/** Time of the processor, in ms, that one file may take. */
const EFFORT = 10_000;
const MOST_WARNINGS = 20;
const LONGEST_TOLD = 100;

/** The longest block of a calendar; what lasts longer is several. */
const LONGEST = 366 * DAY;

interface BusyTime {
  readonly start: Instant;
  readonly end: Instant;
}

/** What of a file was not understood, and what was done instead. */
export type Warning =
  | { readonly code: 'unknown_time_zone'; readonly timeZone: string }
  | { readonly code: 'invalid_rule'; readonly rule: string }
  | { readonly code: 'invalid_events'; readonly count: number };

/** Why a calendar that was read is of no use. */
export const UNUSABLE = ['not_a_calendar', 'too_many_events', 'too_complex'] as const;

export class UnusableCalendar extends Error {
  override readonly name = 'UnusableCalendar';
  constructor(readonly code: (typeof UNUSABLE)[number]) {
    super(code);
  }
}

export interface Wanted {
  /** Of the resource. */
  readonly timeZone: string;
  readonly now: Instant;
  /** Events that came from here, and tell nothing new. */
  readonly isOwn?: (uid: string) => boolean;
}

export interface BusyTimes {
  /** In order of their start, each once. */
  readonly times: readonly BusyTime[];
  readonly warnings: readonly Warning[];
}

/**
 * When somebody is busy, by a calendar (RFC 5545), from now until {@link AHEAD}. Takes bounded time, whatever the file,
 * and lets others have their turn. Throws {@link UnusableCalendar}.
 */
export async function busyTimesOf(text: string, wanted: Wanted): Promise<BusyTimes> {
  return new Reading(fileOf(text), wanted).run();
}

function fileOf(text: string): IcalFile {
  let file: IcalFile;
  try {
    file = readIcal(text);
  } catch (error) {
    throw new UnusableCalendar(error instanceof TooMuchToRead ? 'too_complex' : 'not_a_calendar');
  }
  if (file.events.length > MOST_EVENTS) throw new UnusableCalendar('too_many_events');
  return file;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** An occurrence, and by what an exception names it. */
interface Occurrence extends Span {
  readonly date: string | null;
}

class Reading {
  private readonly now = epochMs(this.wanted.now);
  private readonly horizon = this.now + AHEAD;
  private readonly zones = new Zones(this.wanted.timeZone, this.file.zones, { from: this.now, to: this.horizon + DAY });
  private readonly invalidRules = new Set<string>();
  private readonly busy = new Map<string, Span>();
  private invalidEvents = 0;

  constructor(
    private readonly file: IcalFile,
    private readonly wanted: Wanted,
  ) {}

  async run(): Promise<BusyTimes> {
    let used = 0;
    let turn = 0;
    for (const [, ofOne] of this.byUid()) {
      const began = process.threadCpuUsage();
      this.take(ofOne);
      const { user, system } = process.threadCpuUsage(began);
      const ms = (user + system) / 1_000;
      used += ms;
      turn += ms;
      if (used > EFFORT) throw new UnusableCalendar('too_complex');
      if (turn > TURN) {
        turn = 0;
        await setImmediate();
      }
    }
    const times = [...this.busy.values()].sort((a, b) => a.start - b.start || a.end - b.end);
    return {
      times: times.map(({ start, end }) => ({ start: fromEpochMs(start), end: fromEpochMs(end) })),
      warnings: this.warnings(),
    };
  }

  /** Events of one UID belong together; one without stands alone. */
  private byUid(): Map<unknown, WrittenEvent[]> {
    const events = this.file.events.filter((event) => event !== null);
    this.invalidEvents += this.file.events.length - events.length;
    const { isOwn = () => false } = this.wanted;
    const others = events.filter(({ uid }) => uid === null || !isOwn(uid));
    return Map.groupBy(others, (event) => event.uid || event);
  }

  private take(events: readonly WrittenEvent[]): void {
    const masters = events.filter(({ instead }) => instead === null);
    const master = newest(masters);
    const byOccurrence = Map.groupBy(
      events.filter(({ instead }) => instead !== null),
      ({ instead }) => this.nameOf(instead as Written),
    );
    const others = [...byOccurrence.values()].flatMap((same) => newest(same) ?? []);
    // A series that is cancelled takes along the exceptions that were made to it before.
    const standing = master?.isFree ? others.filter(({ sequence }) => sequence > master.sequence) : others;
    if (master && !master.isFree) this.takeSeries(master, others);
    for (const event of standing) if (!event.isFree) this.attempt(event, (one) => this.add(this.first(one)));
  }

  private takeSeries(master: WrittenEvent, others: readonly WrittenEvent[]): void {
    this.attempt(master, () => {
      const written = [...master.except, ...others.flatMap(({ instead }) => instead ?? [])];
      const gone = new Set(written.map((one) => this.nameOf(one)));
      for (const one of this.occurrences(master)) {
        const names = [one.start, one.date ?? this.zones.dateOf(one.start, this.zones.of(master.start))];
        if (!names.some((name) => gone.has(name))) this.add(one);
      }
    });
  }

  /** What an exception names: a moment, or a date. */
  private nameOf(written: Written): number | string {
    return written.isDate ? written.wall : this.zones.at(written);
  }

  private attempt(event: WrittenEvent, act: (event: WrittenEvent) => void): void {
    try {
      act(event);
    } catch (error) {
      if (error instanceof UnusableCalendar) throw error;
      this.invalidEvents += 1;
    }
  }

  private occurrences(event: WrittenEvent): Occurrence[] {
    const first = this.first(event);
    const { start, rules, more } = event;
    const length = first.end - first.start;
    const days = first.date === null ? 0 : daysOf(event);
    // A day more on both sides: some walls are read as if they were in UTC.
    const window = { from: this.now - Math.max(length, 0) - DAY, to: this.horizon + DAY };
    const found = new Map<number, Occurrence>([[first.start, first]]);
    const put = (one: Occurrence) => found.set(one.start, one);
    for (const rule of rules) {
      if (start.isDate) {
        // The dates first: the zone may have no midnight on one of them, and it is a whole day all the same.
        const dates = startsWithin(this.untilDate(rule), start.wall, 'UTC', window) ?? this.missing(rule);
        for (const ms of dates) put(this.wholeDays(dateOfUtc(ms), days));
      } else {
        const zone = this.zones.of(start);
        const walls = startsWithin(rule, start.wall, zone.id ?? 'UTC', window) ?? this.missing(rule);
        const starts = zone.id === null ? walls.map((ms) => momentOf(wallOfUtc(ms), zone)) : walls;
        for (const ms of starts) put({ start: ms, end: ms + length, date: null });
      }
    }
    for (const one of more) {
      if (one.start.isDate && start.isDate) put(this.wholeDays(one.start.wall, days));
      else {
        const at = this.zones.at(one.start);
        put({ start: at, end: one.end === null ? at + length : this.endOf(one.start, one.end), date: null });
      }
    }
    return [...found.values()];
  }

  /** Some programs end even series of whole days at a moment. */
  private untilDate(rule: string): string {
    return rule.replace(/UNTIL=(\d{8}T\d{6}Z)/i, (_, moment: string) => {
      const { epochMilliseconds } = Temporal.Instant.from(moment);
      return `UNTIL=${this.zones.dateOf(epochMilliseconds, this.zones.of(HERE)).replaceAll('-', '')}`;
    });
  }

  private missing(rule: string): number[] {
    this.invalidRules.add(rule);
    return [];
  }

  /** The event without its rules. */
  private first(event: WrittenEvent): Occurrence {
    const { start, end, duration } = event;
    if (start.isDate) return this.wholeDays(start.wall, daysOf(event));
    const at = this.zones.at(start);
    if (end !== null) return { start: at, end: this.zones.at(end), date: null };
    return { start: at, end: duration === null ? at : this.endOf(start, duration), date: null };
  }

  private endOf(start: Written, end: Written | string): number {
    if (typeof end !== 'string') return this.zones.at(end);
    const zoned = Temporal.Instant.fromEpochMilliseconds(this.zones.at(start)).toZonedDateTimeISO(
      this.zones.of(start).id ?? 'UTC',
    );
    return zoned.add(Temporal.Duration.from(end)).epochMilliseconds;
  }

  /** From the midnight with which a date begins to the one with which the last of so many days ends. */
  private wholeDays(date: string, days: number): Occurrence {
    const after = Temporal.PlainDate.from(date).add({ days }).toString();
    return { start: this.zones.midnight(date), end: this.zones.midnight(after), date };
  }

  private add({ start, end }: Span): void {
    if (end <= start || end <= this.now || start >= this.horizon) return;
    // Pieces begin at the same moments whenever it is looked, so that the same blocks come of the same event.
    const passed = Math.max(0, Math.floor((this.now - start) / LONGEST));
    for (let from = start + passed * LONGEST; from < Math.min(end, this.horizon); from += LONGEST) {
      const piece = { start: from, end: Math.min(end, from + LONGEST) };
      if (piece.end > this.now) this.busy.set(`${piece.start} ${piece.end}`, piece);
    }
    if (this.busy.size > MOST_EVENTS) throw new UnusableCalendar('too_many_events');
  }

  private warnings(): Warning[] {
    // PostgreSQL takes no NUL in JSON and no half of a surrogate pair; other control characters are of use to nobody.
    const told = (text: string) => text.slice(0, LONGEST_TOLD).replaceAll(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
    const all: Warning[] = [
      ...[...this.zones.unknown].map((name) => ({ code: 'unknown_time_zone', timeZone: told(name) }) as const),
      ...[...this.invalidRules].map((rule) => ({ code: 'invalid_rule', rule: told(rule) }) as const),
    ];
    const count = this.invalidEvents;
    return [...(count > 0 ? [{ code: 'invalid_events', count } as const] : []), ...all].slice(0, MOST_WARNINGS);
  }
}

/** The one with the highest SEQUENCE; of several, the last. */
const newest = (events: readonly WrittenEvent[]): WrittenEvent | undefined =>
  events.reduce<WrittenEvent | undefined>((a, b) => (a && a.sequence > b.sequence ? a : b), undefined);

/** How many days an event of whole days has: the end is not included, and is at least a day later. */
function daysOf({ start, end, duration }: WrittenEvent): number {
  const from = Temporal.PlainDate.from(start.wall);
  const until = end && Temporal.PlainDate.from(end.wall);
  const days = until
    ? from.until(until).days
    : duration
      ? from.until(from.add(Temporal.Duration.from(duration))).days
      : 1;
  return Math.max(1, days);
}

/** Written without a zone. */
const HERE = { zone: null, isUtc: false };

const wallOfUtc = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const dateOfUtc = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
