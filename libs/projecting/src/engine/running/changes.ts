import { isRow, type OwnedKey, type OwnedRow } from '../../unit';
import type { Generation } from '../tables/generation';
import type { TableChange } from './storage';
import type { Work } from './work';

/** The changes of several works, merged by physical table, so that each table needs one statement. */
export function tablesOf<T extends { readonly size: number }>(
  works: readonly Work[],
  said: (work: Work) => [table: string, T][],
): [generation: Generation, table: string, [Work, T][]][] {
  const tables = new Map<string, [Generation, string, [Work, T][]]>();
  for (const work of works) {
    const { generation } = work.shard;
    for (const [table, what] of said(work)) {
      if (what.size === 0) continue;
      const name = `${generation.schema}.${table}`;
      const found = tables.get(name) ?? [generation, table, []];
      found[2].push([work, what]);
      tables.set(name, found);
    }
  }
  return [...tables.values()];
}

/** The changes of works, by physical table. */
export function changesOf(works: readonly Work[]): TableChange[] {
  return tablesOf(works, (work) => work.changed).flatMap(([generation, name, changed]) => {
    const table = generation.tables.get(name);
    if (!table) return [];
    const change = { table, added: [] as OwnedRow[], put: [] as OwnedRow[], removed: [] as OwnedKey[] };
    for (const [{ shard }, changes] of changed) {
      for (const [text, one] of changes) {
        const { key, owner, freedBy } = one;
        if (!one.row || freedBy !== undefined) change.removed.push({ key, owner: freedBy ?? owner });
        if (!isRow(one)) continue;
        const isNew = table.table.appendOnly || shard.known[name]?.get(text) === null;
        (isNew ? change.added : change.put).push(one);
      }
    }
    return [change];
  });
}
