import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms. */
const TICK_US = 10_000;

/**
 * Processor time from now on of processes, each with all its children; of this process itself, whose children are the
 * servers, without. Only Linux tells; elsewhere there are no such figures.
 */
export function cpuMeter(pids: Readonly<Record<string, readonly (number | undefined)[]>>) {
  const before = processorTimes();
  return {
    /** Microseconds of processor time for one of so many operations, by the processes' names. */
    perOperation(operations: number): Record<string, number> {
      const after = processorTimes();
      const used = (roots: readonly (number | undefined)[]) => {
        let ticks = 0;
        for (const [pid, { own }] of after) {
          if (roots.some((root) => isWithin(pid, root, after))) ticks += own - (before.get(pid)?.own ?? 0);
        }
        return (ticks * TICK_US) / operations;
      };
      if (after.size === 0) return {};
      return Object.fromEntries(Object.entries(pids).map(([name, roots]) => [`${name} CPU µs`, used(roots)]));
    },
  };
}

interface ProcessTime {
  readonly parent: number;
  readonly own: number;
}

function isWithin(pid: number, root: number | undefined, processes: ReadonlyMap<number, ProcessTime>): boolean {
  if (root === process.pid) return pid === root;
  for (let at: number | undefined = pid; at; at = processes.get(at)?.parent) if (at === root) return true;
  return false;
}

/** The fields of `/proc/<pid>/stat` after the name in parentheses, see proc(5): 2 is the parent, 12 and 13 the times. */
function processorTimes(): Map<number, ProcessTime> {
  const times = new Map<number, ProcessTime>();
  if (process.platform !== 'linux') return times;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      times.set(Number(entry), { parent: Number(fields[1]), own: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It ended while we looked.
    }
  }
  return times;
}
