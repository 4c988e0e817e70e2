import { join } from 'node:path';
import { clockEnvironment } from '../src/clock';
import { BUILD } from './newer-build';

/** What makes a process one of that newer build: 1, 2 and so on. */
export function environmentOfBuild(folder: string, build: number): Record<string, string> {
  const { NODE_OPTIONS: clock, ...rest } = clockEnvironment(folder);
  return { ...rest, NODE_OPTIONS: `${clock} --require ${join(__dirname, 'newer-build.js')}`, [BUILD]: `${build}` };
}
