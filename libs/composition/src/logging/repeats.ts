/** The fields of a line of the log, beside its message. */
export type Facts = Readonly<Record<string, unknown>>;

export type WriteLine = (level: number, facts: Facts, message: string) => void;

interface Series {
  readonly level: number;
  readonly message: string;
  readonly facts: Facts;
  /** `performance.now()` of the first line, of the last one, and of the last one that was written. */
  readonly since: number;
  last: number;
  written: number;
  /** Lines that were not written: in all, and since the last written one. */
  total: number;
  unwritten: number;
}

/** In milliseconds: between two reports of a series; without a line until it is over; between two checks. */
const REPORT_EVERY = 60_000;
const OVER_AFTER = 15_000;
const CHECK_EVERY = 5_000;

/** Limit of series that are counted. Further failures are written line by line. */
const MAX_SERIES = 200;

const INFO = 30;

/**
 * Shortens the log of a failure that repeats with every try. The first line is written as it is. Lines like it are
 * counted: the count is written once a minute, and a last time when there was no such line for 15 seconds.
 */
export class Repeats {
  private readonly series = new Map<string, Series>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: WriteLine) {}

  /** Whether the line is to be written. If not, it has been counted. */
  admit(level: number, facts: Facts, message: string): boolean {
    const now = performance.now();
    const key = keyOf(level, facts, message);
    const known = this.series.get(key);
    if (!known) {
      if (this.series.size >= MAX_SERIES) return true;
      const about = { ...identifying(facts), ...('err' in facts && { error: nameOf(facts.err) }) };
      this.series.set(key, {
        level,
        message,
        facts: about,
        since: now,
        last: now,
        written: now,
        total: 0,
        unwritten: 0,
      });
      this.timer ??= setInterval(() => this.report(performance.now()), CHECK_EVERY).unref();
      return true;
    }
    known.last = now;
    known.total += 1;
    known.unwritten += 1;
    return false;
  }

  /** Writes the counts that are due at that moment (`performance.now()`). */
  report(now: number): void {
    for (const [key, one] of this.series) {
      const { facts, message, since, last, total } = one;
      if (now - last >= OVER_AFTER) {
        this.series.delete(key);
        if (total > 0)
          this.write(INFO, { ...facts, repeated: total, seconds: secondsOf(last - since) }, `over: ${message}`);
      } else if (now - one.written >= REPORT_EVERY && one.unwritten > 0) {
        this.write(
          one.level,
          { ...facts, repeated: one.unwritten, seconds: secondsOf(now - since) },
          `still: ${message}`,
        );
        one.written = now;
        one.unwritten = 0;
      }
    }
    if (this.series.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const secondsOf = (ms: number): number => Math.round(ms / 1000);

/** The fields that are the same in every repetition of a line. */
const identifying = ({ err: _, correlationId: __, ...facts }: Facts): Facts => facts;

const keyOf = (level: number, facts: Facts, message: string): string =>
  [level, masked(message), textOf(identifying(facts)), errorKey(facts.err)].join('\n');

const textOf = (facts: Facts): string =>
  JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

function errorKey(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${nameOf(error)} ${masked(error.message.slice(0, 500))}`;
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? ['code' in error && error.code, error.name].filter(Boolean).join(' ') : String(error);

/** Ids and numbers differ from try to try, so they do not identify a failure. */
const masked = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#');
