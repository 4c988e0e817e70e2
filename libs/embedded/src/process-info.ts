import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessInfo {
  /** Name of the program, without its folder. */
  readonly program: string;
  /** When it was started: this differs from every earlier or later process with the same pid. */
  readonly identity: string;
}

/** Undefined when there is no such process, or only a zombie. */
export function processInfo(pid: number): ProcessInfo | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** proc(5): pid, the program in parentheses, the state, …; the start in ticks since boot is the 20th from the state. */
function fromProc(pid: number): ProcessInfo | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return { program: stat.slice(stat.indexOf('(') + 1, end), identity: `${bootId} ${fields[19]}` };
}

function fromPs(pid: number): ProcessInfo | undefined {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=,comm=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
  const [state, ...words] = line.split(/\s+/);
  if (state?.startsWith('Z')) return undefined;
  const program = words.slice(5).join(' ');
  return { program: program.slice(program.lastIndexOf('/') + 1), identity: words.slice(0, 5).join(' ') };
}
