import type { RecordedEvent } from '@yoyaku/eventing';
import { keptColumns, rowOfStream } from './kept-columns';
import { ownerOf } from './owners';
import type { AnyProjection, Rows, Unit } from './projection';
import type { Table } from './table';

export type AnyRow = Readonly<Record<string, unknown>>;

/** A row, and whose it is: see `ownerOf`. */
export interface OwnedRow {
  readonly row: AnyRow;
  readonly owner: string;
}

/** A key, and whose row of that key is meant. */
export interface OwnedKey {
  readonly key: AnyRow;
  readonly owner: string;
}

/** What is known of a table's rows, by the text of their key: null is one that is not there, undefined is unknown. */
export interface KnownRows {
  get(key: string): OwnedRow | null | undefined;
  /** The same, but undefined where it would cost more than looking into memory. */
  peek(key: string): OwnedRow | null | undefined;
}

/** A row as it is to be; null is one to delete. */
interface Change {
  readonly key: AnyRow;
  readonly row: AnyRow | null;
  /** Whose event changed it. */
  readonly owner: string;
  /** Who deleted the row of this key, where another then made a new one under the same key. */
  readonly freedBy?: string;
}

/** Whether there is a row afterwards. */
export const isRow = (change: Change): change is Change & OwnedRow => change.row !== null;

/** By the text of the key. */
export type Changes = ReadonlyMap<string, Change>;

const NO_SKIPS: ReadonlySet<string> = new Set();

const NOTHING_KNOWN: KnownRows = { get: () => undefined, peek: () => undefined };

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

  /** The event whose handlers run. */
  event: RecordedEvent | undefined;

  private readonly keyText: (row: AnyRow) => string;
  private readonly keepsColumns: boolean;

  constructor(
    private readonly table: Table,
    private readonly known: KnownRows,
  ) {
    this.keyText = keyTextOf(table);
    this.keepsColumns = table.kept !== undefined || table.mark !== undefined;
  }

  get(key: AnyRow): AnyRow | undefined {
    return this.find(this.keyText(key), key);
  }

  put(row: AnyRow): void {
    const text = this.keyText(row);
    if (this.table.appendOnly && this.changed.has(text)) throw this.misuse(`${text} is put twice`);
    this.change(text, row, this.keepsColumns ? { ...row, ...this.begin(text, row) } : row);
  }

  patch(key: AnyRow, change: AnyRow): void {
    const text = this.keyText(key);
    const row = this.find(text, key);
    if (row) this.change(text, key, { ...row, ...change, ...(this.keepsColumns && this.keep(text)) });
  }

  /** Moves the kept columns of the row of the event's stream, unless its handlers have. */
  touch(): void {
    const key = this.event && rowOfStream(this.table, this.event);
    if (!key || this.changed.get(this.keyText(key))?.row?.revision === this.event?.revision) return;
    if (this.table.streams?.each) this.put(key);
    else this.patch(key, {});
  }

  delete(key: AnyRow): void {
    if (this.table.appendOnly) throw this.misuse('a row is deleted');
    this.change(this.keyText(key), key, null);
  }

  /** Of a row that is put. */
  private begin(text: string, row: AnyRow): AnyRow {
    const { table, event } = this;
    if (!event) return {};
    const own = rowOfStream(table, event);
    const isOwn = own ? this.keyText(own) === text : !table.streams?.alone;
    if (!isOwn) throw new ForeignRow(table, text);
    const kept = this.keep(text);
    if (!table.kept?.includes('createdAt')) return kept;
    // The first event of a stream meets no row, so none is looked for.
    const before = own && event.revision > 0 ? this.find(text, row) : undefined;
    return { ...kept, createdAt: before?.createdAt ?? event.at };
  }

  private keep(text: string): AnyRow {
    const { table, event } = this;
    const own = event && rowOfStream(table, event);
    return event ? keptColumns(table, event, own !== undefined && this.keyText(own) === text) : {};
  }

  /** Refuses what would change another's row, as far as it is known; PostgreSQL refuses the rest. */
  private change(text: string, key: AnyRow, row: AnyRow | null): void {
    const owner = this.table.appendOnly || !this.event ? '' : ownerOf(this.table, this.event);
    const before = this.changed.get(text);
    const held = before ?? this.known.peek(text);
    if (held?.row && held.owner !== owner) throw new ForeignRow(this.table, text);
    const freedBy =
      before && !before.row && before.owner !== owner ? (before.freedBy ?? before.owner) : before?.freedBy;
    this.changed.set(text, { key, row, owner, freedBy });
  }

  private find(text: string, key: AnyRow): AnyRow | undefined {
    if (this.table.appendOnly) throw this.misuse('a row is read');
    const changed = this.changed.get(text);
    const known = changed ?? this.known.get(text);
    if (known === undefined) this.missing.set(text, key);
    return known?.row ?? undefined;
  }

  private misuse(how: string): Error {
    return new Error(`${this.table.name} is append-only, but ${how}`);
  }
}

/** An event would change a row that another stream, or another tenant, has made. */
class ForeignRow extends Error {
  override readonly name = 'ForeignRow';
  constructor({ name }: Table, key: string) {
    super(`The row ${key} of ${name} belongs to another`);
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
  private readonly all: readonly UnitTable[];
  private readonly ofStreams: readonly UnitTable[];
  /** The event whose handlers run. */
  at: RecordedEvent | undefined;

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
    this.all = Object.values(this.tables);
    this.ofStreams = Object.entries<Table>(projection.tables).flatMap(([name, { streams }]) =>
      streams ? [this.tables[name] as UnitTable] : [],
    );
  }

  /** Runs the handlers in the order of the events. Throws {@link HandlerFailure}. */
  apply(events: readonly RecordedEvent[], skips = NO_SKIPS): void {
    const { on, onEvery } = this.projection;
    const rows = this.tables as unknown as Unit<AnyProjection['tables']>;
    for (const event of events) {
      this.at = event;
      for (const table of this.all) table.event = event;
      try {
        if (!skips.has(event.id)) {
          on[event.type]?.(event, rows);
          onEvery?.(event, rows);
        }
        for (const table of this.ofStreams) table.touch();
      } catch (error) {
        throw new HandlerFailure(event, error);
      }
    }
  }

  get complete(): boolean {
    return this.all.every(({ missing }) => missing.size === 0);
  }

  /** By table: the keys, by their texts, of rows that were asked for and are not known. */
  get missing(): [table: string, keys: ReadonlyMap<string, AnyRow>][] {
    return Object.entries(this.tables).map(([name, { missing }]) => [name, missing]);
  }

  get changed(): [table: string, rows: Changes][] {
    return Object.entries(this.tables).map(([name, { changed }]) => [name, changed]);
  }
}
