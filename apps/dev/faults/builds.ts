import { join } from 'node:path';
import { clockEnvironment } from './clocks';
import { BUILD } from './newer-build';

/** What makes a process one of that build; 0: the one that is built. */
export function environmentOfBuild(folder: string, build: number): Record<string, string> {
  const { NODE_OPTIONS: clock, ...rest } = clockEnvironment(folder);
  if (build === 0) return { NODE_OPTIONS: clock ?? '', ...rest };
  return { ...rest, NODE_OPTIONS: `${clock} --require ${join(__dirname, 'newer-build.js')}`, [BUILD]: `${build}` };
}
