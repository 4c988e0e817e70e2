import { once } from 'node:events';
import { ProgressLine } from './progress-line';

/**
 * What commands answer with on stdout: words for people, or JSON for programs (`--json`), which is one document, or one
 * a line where a command answers with a stream.
 */
export class Output {
  isJson = false;

  /** Prints one answer, no faster than it is read. */
  async print<T>(value: T, inWords: (value: T) => string): Promise<void> {
    const text = this.isJson ? toJson(value) : inWords(value);
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
  }

  /** How far a command is, for people alone. */
  progress(): ProgressLine {
    return new ProgressLine(this.isJson);
  }
}

/** Positions are text, since they may exceed what a JSON number can hold. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));

/** The reader may have enough before the end, as in `yoyaku … | head -1`: then nothing more is to be done. */
export function endWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
