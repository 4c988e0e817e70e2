import { type Changes, isRow, type OwnedRow } from '../../unit';
import { KeyFilter } from './key-filter';

/**
 * A cache of one table's rows as they are in PostgreSQL. It is valid as long as nobody else writes them. The least
 * recently changed rows are dropped first.
 */
export class RowCache {
  private readonly rows = new Map<string, OwnedRow | null>();
  /** Keys that may be in the table. Absent if the table had rows before. */
  private readonly written: KeyFilter | undefined;

  constructor(
    private readonly limit: number,
    tableWasEmpty: boolean,
  ) {
    this.written = tableWasEmpty ? new KeyFilter() : undefined;
  }

  /** The row; null if there is none; undefined if it is unknown. */
  get(key: string): OwnedRow | null | undefined {
    const row = this.rows.get(key);
    if (row !== undefined || !this.written) return row;
    return this.written.mayHold(key) ? undefined : null;
  }

  /** The same, without a look into the filter. */
  peek(key: string): OwnedRow | null | undefined {
    return this.rows.get(key);
  }

  /** Adds fetched rows. */
  learn(key: string, row: OwnedRow | null): void {
    this.rows.set(key, row);
  }

  /** Adds written rows. */
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
