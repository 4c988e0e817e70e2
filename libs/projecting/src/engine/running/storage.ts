import type { Pipeline, Statement } from '@yoyaku/postgres';
import { inChildSpan, SpanKind } from '@yoyaku/tracing';
import type { OwnedKey, OwnedRow } from '../../unit';
import type { TableSql } from '../tables/table-sql';

/** The changes of a batch to one table. */
export interface TableChange {
  readonly table: TableSql;
  /** Rows that certainly did not exist before. */
  readonly added: readonly OwnedRow[];
  /** Rows that may have existed before. */
  readonly put: readonly OwnedRow[];
  /** Deleted first, because another row may have got the same key. */
  readonly removed: readonly OwnedKey[];
}

/** The storage of a runner's rows. */
export interface RowStorage {
  query(statement: Statement): Promise<unknown[][]>;
  /** Writes everything or nothing. The statements run first, because they may refuse. */
  commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void>;
}

/**
 * An earlier batch was not written, so rows and positions in memory are ahead of PostgreSQL. The caller must load them
 * again and retry, whatever the cause.
 */
export class Unwritten extends Error {
  override readonly name = 'Unwritten';

  constructor(cause: unknown) {
    super(String(cause), { cause });
  }
}

/** For small batches in quick succession: each is one pipelined transaction. */
export class PipelineStorage implements RowStorage {
  constructor(private readonly pipeline: Pipeline) {}

  query(statement: Statement): Promise<unknown[][]> {
    return this.pipeline.query(statement);
  }

  commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
    const rows = changes.flatMap(({ table, added, put, removed }) => [
      ...(removed.length > 0 ? [table.remove(removed)] : []),
      ...(added.length + put.length > 0 ? [table.upsert([...added, ...put])] : []),
    ]);
    const about = () => ({
      name: 'commit rows and checkpoints',
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'commit',
        'db.operation.batch.size': statements.length + rows.length,
      },
    });
    return inChildSpan(about, () => this.pipeline.transaction([...statements, ...rows]));
  }
}
