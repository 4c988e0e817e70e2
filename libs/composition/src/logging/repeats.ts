/** What a line of the log says beside its message. */
export type Facts = Readonly<Record<string, unknown>>;

export type Tell = (level: number, facts: Facts, message: string) => void;

interface Series {
  readonly level: number;
  readonly message: string;
  readonly facts: Facts;
  /** `performance.now()` of the first line, the last one, and the last time that anything was told. */
  readonly since: number;
  last: number;
  told: number;
  /** Lines that were not written: in all, and since the last one that was. */
  total: number;
  untold: number;
}

/** Milliseconds. */
const EVERY = 60_000;
const QUIET = 15_000;
const LOOK = 5_000;

/** So many series are remembered; what comes beyond is written line by line. */
const MOST = 200;

const INFO = 30;

/**
 * A failure that goes on says the same again with every try. The first line is written as it is; of those like it the
 * number is told once a minute, and once more when there were none for a quarter of a minute.
 */
export class Repeats {
  private readonly series = new Map<string, Series>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: Tell) {}

  /** Whether the line is to be written; otherwise it is counted. */
  admit(level: number, facts: Facts, message: string): boolean {
    const now = performance.now();
    const key = keyOf(level, facts, message);
    const known = this.series.get(key);
    if (!known) {
      if (this.series.size >= MOST) return true;
      const about = { ...identifying(facts), ...('err' in facts && { error: nameOf(facts.err) }) };
      this.series.set(key, { level, message, facts: about, since: now, last: now, told: now, total: 0, untold: 0 });
      this.timer ??= setInterval(() => this.look(performance.now()), LOOK).unref();
      return true;
    }
    known.last = now;
    known.total += 1;
    known.untold += 1;
    return false;
  }

  /** Tells what is due at that moment of `performance.now()`. */
  look(now: number): void {
    for (const [key, one] of this.series) {
      const { facts, message, since, last, total } = one;
      if (now - last >= QUIET) {
        this.series.delete(key);
        if (total > 0)
          this.tell(INFO, { ...facts, repeated: total, seconds: secondsOf(last - since) }, `over: ${message}`);
      } else if (now - one.told >= EVERY && one.untold > 0) {
        this.tell(one.level, { ...facts, repeated: one.untold, seconds: secondsOf(now - since) }, `still: ${message}`);
        one.told = now;
        one.untold = 0;
      }
    }
    if (this.series.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const secondsOf = (ms: number): number => Math.round(ms / 1000);

/** The rest of a line: what is the same whenever it is said again. */
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

/** Ids and numbers tell one try from another, not one failure. */
const masked = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#');
