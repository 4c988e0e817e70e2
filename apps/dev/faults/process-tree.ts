import { readdirSync, readFileSync } from 'node:fs';

/** The process and all that descend from it, parents before their children. Knows only Linux. */
export function processTree(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc').flatMap((name) => {
      const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
      return parent === undefined ? [] : [[Number(name), parent] as const];
    }),
  );
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, of] of parents) if (of === parent) tree.push(pid);
  }
  return tree;
}

/** proc(5): pid, the program in parentheses, the state, the parent. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
