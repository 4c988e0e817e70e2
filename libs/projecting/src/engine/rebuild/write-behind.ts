import type { Statement } from '@yoyaku/postgres';
import type { BulkStorage } from '../running/bulk-storage';
import { type RowStorage, type TableChange, Unwritten } from '../running/storage';

/** Commits that are waited for after one failed, so that if it does again, it is known at once which it was. */
const CAREFUL = 100;

/** Lets the caller continue while a commit is written. If one fails, the next call throws `Unwritten`. */
export class WriteBehind implements RowStorage {
  private writing: Promise<void> | undefined;
  private careful = 0;

  constructor(private readonly storage: BulkStorage) {}

  async query(statement: Statement): Promise<unknown[][]> {
    await this.settled();
    return this.storage.query(statement);
  }

  async commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
    await this.settled();
    const writing = this.storage.commit(statements, changes);
    if (this.careful > 0) {
      this.careful -= 1;
      return writing;
    }
    writing.catch(() => {});
    this.writing = writing;
  }

  close(): Promise<void> {
    return this.storage.close();
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    const { writing } = this;
    try {
      await writing;
    } catch (error) {
      this.careful = CAREFUL;
      throw new Unwritten(error);
    } finally {
      if (this.writing === writing) this.writing = undefined;
    }
  }
}
