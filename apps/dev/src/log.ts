import { mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';

/** Numbers of pino's levels. */
const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const NAME_COLOURS = ['cyan', 'magenta', 'blue', 'yellow', 'green', 'gray'] as const;
const NAME_WIDTH = 10;
const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Fields of pino's lines that are of no use to a reader. */
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'app', 'v']);

type Fields = Readonly<Record<string, unknown>>;

/** Shows one readable log of all processes on the screen, and keeps each one's output in `<folder>/<name>.log`. */
export class Log {
  private readonly files = new Map<string, number>();

  constructor(
    private readonly folder: string,
    private readonly screen: NodeJS.WritableStream = process.stdout,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** A message of the supervisor itself. */
  say(text: string): void {
    writeSync(this.file('yoyaku'), `${new Date().toISOString()} ${text}\n`);
    this.show('yoyaku', text);
  }

  /** Copies a process's output line by line. The fields of JSON lines also go to `onFields`. */
  follow({ name, notable }: { name: string; notable?: RegExp }, output: Readable, onFields: (fields: Fields) => void) {
    createInterface({ input: output }).on('line', (line) => {
      writeSync(this.file(name), `${line}\n`);
      const fields = parse(line);
      if (fields) onFields(fields);
      if (notable?.test(line) ?? true) this.show(name, fields ? readable(fields) : line);
    });
  }

  private show(name: string, text: string): void {
    const colour = NAME_COLOURS[[...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % NAME_COLOURS.length];
    const prefix = styleText(colour ?? 'gray', name.padEnd(NAME_WIDTH), { stream: this.screen });
    this.screen.write(`${new Date().toISOString().slice(11, 23)} ${prefix} ${text}\n`);
  }

  private file(name: string): number {
    const open = this.files.get(name);
    if (open !== undefined) return open;
    const path = join(this.folder, `${name}.log`);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) renameSync(path, `${path}.1`);
    // Passwords and keys are shown in it: its owner alone may read it.
    const file = openSync(path, 'a', 0o600);
    this.files.set(name, file);
    return file;
  }
}

function parse(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}

function readable(fields: Fields): string {
  const level = LEVELS[Number(fields.level)] ?? 'info';
  const details = Object.entries(fields)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const text = `${fields.msg ?? ''}${details}`;
  return level === 'info' ? text : `${level.toUpperCase()} ${text}`;
}
