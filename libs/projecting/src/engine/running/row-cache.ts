import type { Changes, OwnedRow } from '../../unit';
import { KeyFilter } from './key-filter';

/**
 * Rows of one table as they stand in PostgreSQL, as far as they are known. Right for as long as nobody else writes them.
 * The least recently changed are forgotten first.
 */
export class RowCache {
  private readonly rows = new Map<string, OwnedRow | null>();
  /** Keys that may be in the table; absent when rows were there before us. */
  private readonly written: KeyFilter | undefined;

  constructor(
    private readonly limit: number,
    tableWasEmpty: boolean,
  ) {
    this.written = tableWasEmpty ? new KeyFilter() : undefined;
  }

  /** The row, null when there is none, undefined when that is not known. */
  get(key: string): OwnedRow | null | undefined {
    const row = this.rows.get(key);
    if (row !== undefined || !this.written) return row;
    return this.written.mayHold(key) ? undefined : null;
  }

  /** What a fetch has found. */
  learn(key: string, row: OwnedRow | null): void {
    this.rows.set(key, row);
  }

  /** What was written. */
  remember(changes: Changes): void {
    for (const [key, { row, owner }] of changes) {
      this.rows.delete(key);
      this.rows.set(key, row && { row, owner });
      if (row) this.written?.add(key);
    }
    for (const key of this.rows.keys()) {
      if (this.rows.size <= this.limit) break;
      this.rows.delete(key);
    }
  }
}
