import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Loaded into a process before its program (`node --require`): its clock can then be made to jump, by SIGUSR2.

/** The variable that names the file with how far the clock is to be put, in milliseconds. */
export const CLOCK_FILE = 'CLOCK_OFFSET_FILE';

const System = Date;
let offsetMs = 0;

class Shifted extends System {
  constructor(...given: []) {
    if (given.length > 0) super(...given);
    else super(Shifted.now());
  }

  /** Those made before the first jump are dates too. */
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

/** What an installation's processes need in their environment so that their clocks can jump. */
export const clockEnvironment = (folder: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${__filename}`,
  [CLOCK_FILE]: join(folder, 'clock-offset'),
});
