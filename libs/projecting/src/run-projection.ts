import type { RecordedEvent } from '@yoyaku/eventing';
import { instant, type Message, newUuid, type Unbranded } from '@yoyaku/kernel';
import type { AnyProjection, Projection, Tables } from './projection';
import type { Row, Table } from './table';
import { type AnyRow, type OwnedRow, UnitOfRows } from './unit';

/** An event of a specification: what it says, and as much of its envelope as matters; ids and moments are plain text. */
export type GivenEvent<E extends Message = Message> = Unbranded<E & Partial<Omit<RecordedEvent<E>, 'type' | 'data'>>>;

/** A projection's rows in memory: for specifications, what the engine keeps in PostgreSQL. */
export class RowsInMemory {
  /** By table and the text of the key. */
  readonly tables: Readonly<Record<string, Map<string, OwnedRow>>>;
  private applied = 0;

  constructor(private readonly projection: AnyProjection) {
    this.tables = Object.fromEntries(Object.keys(projection.tables).map((name) => [name, new Map()]));
  }

  /** Runs the handlers that production runs. Throws what they throw, or the engine in their place; nothing changes then. */
  apply(event: GivenEvent): { readonly table: string; readonly key: string }[] {
    const known = Object.fromEntries(
      Object.entries(this.tables).map(([name, rows]) => {
        const get = (key: string) => rows.get(key) ?? null;
        return [name, { get, peek: get }];
      }),
    );
    const unit = new UnitOfRows(this.projection, known);
    unit.apply([{ ...envelope(this.applied++), ...event } as RecordedEvent]);
    return unit.changed.flatMap(([table, changes]) =>
      [...changes].map(([key, { row, owner }]) => {
        const isTwice = this.projection.tables[table].appendOnly && this.tables[table]?.has(key);
        if (isTwice) throw new Error(`${key} of ${table} is put twice`);
        if (row) this.tables[table]?.set(key, { row: held(row, this.projection.tables[table]), owner });
        else this.tables[table]?.delete(key);
        return { table, key };
      }),
    );
  }
}

/**
 * The rows that a projection makes of these events, table by table in the order of their keys; without a database, by
 * the very handlers that production runs.
 */
export function runProjection<E extends Message, T extends Tables>(
  projection: Projection<E, T>,
  events: readonly GivenEvent<E>[],
): { [K in keyof T]: Row<T[K]>[] } {
  const memory = new RowsInMemory(projection as AnyProjection);
  for (const event of events) memory.apply(event as GivenEvent);
  const rows = Object.entries(memory.tables).map(([table, owned]) => {
    const inOrder = [...owned].sort(([a], [b]) => (a < b ? -1 : 1));
    return [table, inOrder.map(([, { row }]) => row)];
  });
  return Object.fromEntries(rows);
}

/** The row, if the table can hold it. The compiler cannot see what a handler casts, or copies from an event of old shape. */
function held(row: AnyRow, { name, columns }: Table): AnyRow {
  const unknown = Object.keys(row).filter((column) => !(column in columns));
  const missing = Object.keys(columns).filter((column) => !columns[column]?.nullable && (row[column] ?? null) === null);
  if (unknown.length > 0) throw new Error(`${name} has no column ${unknown.join(', ')}`);
  if (missing.length > 0) throw new Error(`A row of ${name} lacks ${missing.join(', ')}`);
  return row;
}

function envelope(index: number): Omit<RecordedEvent, 'type' | 'data'> {
  const id = newUuid();
  return {
    id,
    stream: 'spec-1',
    revision: index,
    position: BigInt(index + 1),
    tenantId: 'spec',
    at: instant('2026-04-01T00:00:00Z'),
    actor: { id: null, role: 'spec' },
    correlationId: id,
    causationId: id,
    commandId: id,
    sealed: { fields: [], data: null, actor: null },
  };
}
