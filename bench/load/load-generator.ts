import { ChildProgram } from '@yoyaku/embedded';
import type { LoadPlan, LoadResult } from './http-load';
import { programPath } from './program-path';

/** HTTP load from a process of its own, which keeps its connections from plan to plan. */
export class LoadGenerator extends ChildProgram<LoadPlan, LoadResult> {
  constructor() {
    super(programPath('load-process'));
  }
}

/** Throws unless every answer has one of these statuses: figures of errors are no figures. */
export function expectStatuses({ statuses }: LoadResult, ...allowed: readonly number[]): void {
  const counts = countStatuses(statuses);
  const wrong = Object.keys(counts).filter((status) => !allowed.includes(Number(status)));
  if (wrong.length > 0) throw new Error(`Unexpected answers: ${JSON.stringify(counts)}`);
}

export function countStatuses(statuses: Uint16Array): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
