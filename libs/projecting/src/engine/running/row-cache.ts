import { type Changes, isRow, type OwnedRow } from '../../unit';
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

  /** The same, as far as it is known without a look into the filter. */
  peek(key: string): OwnedRow | null | undefined {
    return this.rows.get(key);
  }

  /** What a fetch has found. */
  learn(key: string, row: OwnedRow | null): void {
    this.rows.set(key, row);
  }

  /** What was written. */
  remember(changes: Changes): void {
    for (const [key, change] of changes) {
      const { row } = change;
      this.rows.delete(key);
      this.rows.set(key, isRow(change) ? change : null);
      if (row) this.written?.add(key);
    }
    for (const key of this.rows.keys()) {
      if (this.rows.size <= this.limit) break;
      this.rows.delete(key);
    }
  }
}
