import { readFileSync } from 'node:fs';

/** Loaded into a process before its program (`node --require`): its clock can then be made to jump. */
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
