import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Loaded into a process before its program (`node --require`). Then SIGUSR2 makes the process's clock jump.

/** The variable that names a file. The file holds how far the clock jumps, in milliseconds. */
export const CLOCK_FILE = 'CLOCK_OFFSET_FILE';

const System = Date;
let offsetMs = 0;

class Shifted extends System {
  constructor(...given: []) {
    if (given.length > 0) super(...given);
    else super(Shifted.now());
  }

  /** Dates that were made before the first jump must be instances too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof System;
  }

  static override now(): number {
    return System.now() + offsetMs;
  }
}

const file = process.env[CLOCK_FILE];
if (file) {
  process.on('SIGUSR2', () => {
    offsetMs = Number(readFileSync(file, 'utf8'));
    globalThis.Date = Shifted as DateConstructor;
  });
}

/** The environment with which an installation's processes can make their clocks jump. */
export const clockEnvironment = (folder: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${__filename}`,
  [CLOCK_FILE]: join(folder, 'clock-offset'),
});
