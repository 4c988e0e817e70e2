/** How often it is renewed on a terminal, and said again elsewhere, in milliseconds. */
const EVERY = { terminal: 100, elsewhere: 5_000 };
const BAR_WIDTH = 30;

/** On a terminal one line that moves, elsewhere a line now and then; to stderr, apart from what a command answers. */
export class ProgressLine {
  private shownAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly isSilent = false) {}

  show(text: string): void {
    const { isTTY, columns } = process.stderr;
    const at = performance.now();
    if (this.isSilent || at - this.shownAt < (isTTY ? EVERY.terminal : EVERY.elsewhere)) return;
    this.shownAt = at;
    process.stderr.write(isTTY ? `\r\x1b[K${cut(text, columns)}` : `${text}\n`);
  }

  /** Leaves a terminal's line empty for what comes next. */
  end(): void {
    if (process.stderr.isTTY && !this.isSilent) process.stderr.write('\r\x1b[K');
  }
}

/** A line that the terminal had to break could not be written over. Some terminals do not know how wide they are. */
const cut = (text: string, columns: number | undefined): string => (columns ? text.slice(0, columns - 1) : text);

/** Some way through events; `secondsLeft` null: nobody knows. */
export interface Progress {
  readonly processed: number;
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
}

/** A bar, counts, rate, and the time left, or where that is not known what is said `instead`. */
export function progressText({ processed, total, eventsPerSecond, secondsLeft }: Progress, instead = ''): string {
  const left = secondsLeft === null ? instead : `${secondsLeft} s left`;
  const counts = `${processed.toLocaleString('en')} of ${total.toLocaleString('en')} events`;
  return `${progressBar(processed / Math.max(total, 1))} ${counts}, ${eventsPerSecond.toLocaleString('en')}/s, ${left}`;
}

/** `done` is from 0 to 1. */
function progressBar(done: number): string {
  const filled = Math.floor(done * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${Math.floor(done * 100)} %`;
}
