import type { RecordedEvent } from '@yoyaku/eventing';
import type { AnyProjection, Rows, Unit } from './projection';
import type { Table } from './table';

export type AnyRow = Readonly<Record<string, unknown>>;

/** What is known of a table's rows, by the text of their key: null is one that is not there, undefined is unknown. */
export interface KnownRows {
  get(key: string): AnyRow | null | undefined;
}

/** A row as it is to be; null is one to delete. */
interface Change {
  readonly key: AnyRow;
  readonly row: AnyRow | null;
}

/** By the text of the key. */
export type Changes = ReadonlyMap<string, Change>;

const NOTHING_KNOWN: KnownRows = { get: () => undefined };

const keyTexts = new WeakMap<Table, (row: AnyRow) => string>();

/** A function that gives a key as text: equal keys have equal texts, however their values are written. */
export function keyTextOf(table: Table): (row: AnyRow) => string {
  const keyText = keyTexts.get(table) ?? makeKeyText(table);
  keyTexts.set(table, keyText);
  return keyText;
}

function makeKeyText({ key, columns }: Table): (row: AnyRow) => string {
  const parts = key.map((name) =>
    columns[name]?.sql === 'timestamptz'
      ? (row: AnyRow) => String(Date.parse(row[name] as string))
      : (row: AnyRow) => String(row[name]),
  );
  const [single] = parts;
  return single && parts.length === 1 ? single : (row) => parts.map((part) => part(row)).join('\u001f');
}

/**
 * One table within a unit: handlers read what is known and what they changed; a row they ask for that is not known is
 * noted as missing.
 */
class UnitTable implements Rows {
  readonly changed = new Map<string, Change>();
  readonly missing = new Map<string, AnyRow>();

  private readonly keyText: (row: AnyRow) => string;

  constructor(
    private readonly table: Table,
    private readonly known: KnownRows,
  ) {
    this.keyText = keyTextOf(table);
  }

  get(key: AnyRow): AnyRow | undefined {
    return this.find(this.keyText(key), key);
  }

  put(row: AnyRow): void {
    const text = this.keyText(row);
    if (this.table.appendOnly && this.changed.has(text)) throw this.misuse(`${text} is put twice`);
    this.changed.set(text, { key: row, row });
  }

  patch(key: AnyRow, change: AnyRow): void {
    const text = this.keyText(key);
    const row = this.find(text, key);
    if (row) this.changed.set(text, { key, row: { ...row, ...change } });
  }

  delete(key: AnyRow): void {
    if (this.table.appendOnly) throw this.misuse('a row is deleted');
    this.changed.set(this.keyText(key), { key, row: null });
  }

  private find(text: string, key: AnyRow): AnyRow | undefined {
    if (this.table.appendOnly) throw this.misuse('a row is read');
    const changed = this.changed.get(text);
    const row = changed ? changed.row : this.known.get(text);
    if (row === undefined) this.missing.set(text, key);
    return row ?? undefined;
  }

  private misuse(how: string): Error {
    return new Error(`${this.table.name} is append-only, but ${how}`);
  }
}

/** A handler threw. What the events before it changed is in no unit; run those alone to have it. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';
  constructor(
    readonly event: RecordedEvent,
    cause: unknown,
  ) {
    super(`${event.type} of ${event.stream} failed`, { cause });
  }
}

/** What a run of handlers over some events came to: the rows they changed, and those they asked for in vain. */
export class UnitOfRows {
  private readonly tables: Readonly<Record<string, UnitTable>>;

  constructor(
    private readonly projection: AnyProjection,
    known: Readonly<Record<string, KnownRows>>,
  ) {
    this.tables = Object.fromEntries(
      Object.entries<Table>(projection.tables).map(([name, table]) => [
        name,
        new UnitTable(table, known[name] ?? NOTHING_KNOWN),
      ]),
    );
  }

  /** Runs the handlers in the order of the events. Throws {@link HandlerFailure}. */
  apply(events: readonly RecordedEvent[]): void {
    const { on, onEvery } = this.projection;
    const rows = this.tables as unknown as Unit<AnyProjection['tables']>;
    for (const event of events) {
      try {
        on[event.type]?.(event, rows);
        onEvery?.(event, rows);
      } catch (error) {
        throw new HandlerFailure(event, error);
      }
    }
  }

  get complete(): boolean {
    return Object.values(this.tables).every(({ missing }) => missing.size === 0);
  }

  /** By table: the keys, by their texts, of rows that were asked for and are not known. */
  get missing(): [table: string, keys: ReadonlyMap<string, AnyRow>][] {
    return Object.entries(this.tables).map(([name, { missing }]) => [name, missing]);
  }

  get changed(): [table: string, rows: Changes][] {
    return Object.entries(this.tables).map(([name, { changed }]) => [name, changed]);
  }
}
