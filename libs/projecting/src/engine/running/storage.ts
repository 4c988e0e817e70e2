import type { Pipeline, Statement } from '@yoyaku/postgres';
import { inChildSpan, SpanKind } from '@yoyaku/tracing';
import type { OwnedKey, OwnedRow } from '../../unit';
import type { TableSql } from '../tables/table-sql';

/** What a batch does to one table. */
export interface TableChange {
  readonly table: TableSql;
  /** Rows surely not there before. */
  readonly added: readonly OwnedRow[];
  /** Rows that may have been there. */
  readonly put: readonly OwnedRow[];
  /** To be done first, since another's row may have come under the same key. */
  readonly removed: readonly OwnedKey[];
}

/** Where a runner's rows are. */
export interface RowStorage {
  query(statement: Statement): Promise<unknown[][]>;
  /** All of it or nothing, the statements first: they may refuse. */
  commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void>;
}

/**
 * What was handed over before was not written: rows and positions in memory are ahead of those in PostgreSQL. Whoever
 * hears this takes them anew from there and tries again, whatever the cause.
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
