import { Away, type Pipeline, type Statement } from '@yoyaku/postgres';
import { inChildSpan, SpanKind } from '@yoyaku/tracing';
import type { AnyRow, OwnedKey, OwnedRow } from '../../unit';
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

/** Takes the rows of tables that are handed on. */
export interface Outlet {
  /** What is written in their place. */
  statementsFor(rows: readonly AnyRow[]): Promise<readonly Statement[]>;
  /** The position of the newest event whose rows a projection of that name has handed on; undefined: of none. */
  reachedBy(projection: string): Promise<bigint | undefined>;
  /** Called when PostgreSQL refused a transaction with such statements. True: something was mended, so try again. */
  mend(error: unknown): Promise<boolean>;
}

/** For small batches in quick succession: each is one pipelined transaction. */
export class PipelineStorage implements RowStorage {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly outlet?: Outlet,
  ) {}

  query(statement: Statement): Promise<unknown[][]> {
    return this.pipeline.query(statement);
  }

  async commit(moves: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
    const kept = changes.filter(({ table }) => !table.table.handedOn);
    const handedOn = changes.filter(({ table }) => table.table.handedOn).flatMap(({ added }) => added);
    if (handedOn.length === 0) return this.write(moves, kept);
    if (!this.outlet) throw new Error('Nobody takes the rows that are handed on');
    const others = await this.outlet.statementsFor(handedOn.map(({ row }) => row));
    try {
      await this.write([...moves, ...others], kept);
    } catch (error) {
      if (await this.outlet.mend(error)) throw new Away('What is handed on could not be written', { cause: error });
      throw error;
    }
  }

  private write(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
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
