import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Tells the supervisor of a disturbed installation where its file is. */
export const STAGING_FILE = 'STAGING_FILE';

/** What a process is started with, besides what it would be started with anyway. */
interface Stage {
  /** By variable: on which port the process finds the server whose URL stands in it. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** By the names of processes. */
export type Staging = Readonly<Record<string, Stage>>;

export const readStaging = (file: string): Staging => JSON.parse(readFileSync(file, 'utf8')) as Staging;

/** Whole or not at all: somebody may be reading it. */
export function writeStaging(file: string, staging: Staging): void {
  writeFileSync(`${file}.new`, JSON.stringify(staging));
  renameSync(`${file}.new`, file);
}
