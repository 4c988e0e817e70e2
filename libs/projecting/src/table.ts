import type { RecordedEvent, SealedCopy } from '@yoyaku/eventing';
import type { Instant, LocalDate, Money, Uuid } from '@yoyaku/kernel';

declare const valueType: unique symbol;

/** A column: its PostgreSQL type, and (at compile time only) the type of its values. */
export interface Column<Value = unknown> {
  readonly sql: string;
  readonly nullable: boolean;
  readonly [valueType]?: Value;
}

const column = <Value>(sql: string): Column<Value> => ({ sql, nullable: false });

export const uuid = column<Uuid>('uuid');
export const text = column<string>('text');
export const integer = column<number>('integer');
export const integers = column<readonly number[]>('integer[]');
/** A whole number beyond 32 bits, as a JavaScript number; safe up to 2^53. */
export const long = column<number>('bigint');
export const boolean = column<boolean>('boolean');
export const instant = column<Instant>('timestamptz');
export const localDate = column<LocalDate>('date');
export const money = column<Money>('jsonb');
export const uuids = column<readonly Uuid[]>('uuid[]');
export const texts = column<readonly string[]>('text[]');
export const json = <Value>(): Column<Value> => column<Value>('jsonb');
/** Personal data as the event has it (`sealedCopy`): opened when it is read, erased with the person's key. */
export const sealed = json<SealedCopy>();
export const nullable = <Value>(of: Column<Value>): Column<Value | null> => ({ sql: of.sql, nullable: true });

export type Columns = Readonly<Record<string, Column>>;

/**
 * Whose a row is: of the stream whose event made it, of the tenant (a platform stream for itself) where several streams
 * of one tenant write the same rows, or, only in a global projection, anyone's. Nobody else's event may change it.
 */
export type Owner = 'stream' | 'tenant' | 'anyone';

/** The streams of one aggregate, of each of which a table has one row. */
export interface Streams {
  /** Category and hyphen, with which their names begin. */
  readonly prefix: string;
  /** The key of the row of the stream with this id. */
  readonly keyOf: (id: string) => Readonly<Record<string, unknown>>;
  /** Whether a stream has its row from its first event on, whatever that is; otherwise a handler makes the row. */
  readonly each: boolean;
  /** Whether no other streams make rows of the table. */
  readonly alone: boolean;
}

/** A read model's table. Property names are camelCase here and snake_case in PostgreSQL. */
export interface Table<C extends Columns = Columns, Key extends string = string, Kept extends string = string> {
  readonly name: string;
  readonly columns: C;
  /** The primary key. */
  readonly key: readonly Key[];
  /**
   * Rows are only ever put, each key once: a rebuild need not look whether they are there, and makes the index of the
   * key last, as all others. Whoever puts a key twice stops there.
   */
  readonly appendOnly?: boolean;
  /** Its rows are not kept: whoever takes them (`Outlet`) writes something else, in the same transaction. */
  readonly handedOn?: boolean;
  /** `stream` when absent. Rows of a table that is only appended to are never changed, and need no owner. */
  readonly owner?: Owner;
  /** Columns that the engine fills in by itself: handlers can neither give nor forget them. */
  readonly kept?: readonly Kept[];
  /** Every event of these streams, of whatever type, moves the kept columns of its stream's row. */
  readonly streams?: Streams;
  /** What the engine writes besides into each row that an event changes. */
  readonly mark?: (event: RecordedEvent) => Readonly<Record<string, unknown>>;
  /** Each a list of columns, or `{ sql }` for what such a list cannot say (`using gin (tags)`, a partial index). */
  readonly indexes: readonly Index<string>[];
}

type Index<Name extends string> = readonly Name[] | { readonly sql: string };

/** A row of a table: `Row<typeof bookings>`. */
export type Row<T extends Table> = { readonly [K in keyof T['columns']]: ValueOf<T['columns'][K]> };
type ValueOf<C> = C extends Column<infer Value> ? Value : never;

/** A row without what the engine fills in. */
export type GivenRow<T extends Table> =
  T extends Table<infer _C, infer _Key, infer Kept> ? (string extends Kept ? Row<T> : Omit<Row<T>, Kept>) : never;

export function defineTable<C extends Columns, Key extends keyof C & string>(
  name: string,
  definition: {
    columns: C;
    key: readonly Key[];
    appendOnly?: boolean;
    handedOn?: boolean;
    owner?: Owner;
    indexes?: readonly Index<keyof C & string>[];
  },
): Table<C, Key, never> {
  return { name, indexes: [], ...definition };
}

/** Times of the first and the last event that made or changed the row. */
const TIMES = { createdAt: instant, updatedAt: instant };
const VERSION = { revision: integer, ...TIMES };

/**
 * A table with a row for each instance of an aggregate. The engine keeps the stream's revision, and the times of its first
 * and its last event, for every event of the stream: a command may then be made conditional on the revision that a query
 * shows. Where a row was deleted and is made again, `createdAt` is when it was made again.
 *
 * The key is `id`, the stream's, with the columns of `fixed` besides where the table holds other rows too. Those may come
 * from other streams, and are then as of the event that changed them last.
 */
export function defineAggregateTable<C extends Columns, Fixed extends keyof C & string = never>(
  name: string,
  {
    of,
    fixed,
    columns,
    ...definition
  }: {
    /** The category of the aggregate's streams. */
    of: string;
    fixed?: { readonly [K in Fixed]: ValueOf<C[K]> };
    columns: C;
    owner?: Owner;
    indexes?: readonly Index<(keyof C & string) | keyof typeof VERSION>[];
  },
): Table<C & typeof VERSION, Fixed | 'id', keyof typeof VERSION> {
  return {
    name,
    indexes: [],
    ...definition,
    columns: { ...columns, ...VERSION },
    key: [...(Object.keys(fixed ?? {}) as Fixed[]), 'id'],
    kept: ['revision', 'createdAt', 'updatedAt'],
    streams: { prefix: `${of}-`, keyOf: (id) => ({ ...fixed, id }), each: false, alone: !fixed },
  };
}

/**
 * A table of what lives inside aggregates (the locations of a business): the engine keeps when each was made and changed.
 * Their revision is that of the aggregate, so it stands there.
 */
export function definePartTable<C extends Columns, Key extends keyof C & string>(
  name: string,
  {
    columns,
    ...definition
  }: {
    columns: C;
    key: readonly Key[];
    indexes?: readonly Index<(keyof C & string) | keyof typeof TIMES>[];
  },
): Table<C & typeof TIMES, Key, keyof typeof TIMES> {
  return { name, indexes: [], ...definition, columns: { ...columns, ...TIMES }, kept: ['createdAt', 'updatedAt'] };
}

const REVISIONS = { id: uuid, revision: integer };

/** A table of the revisions of all streams of a category, for parts of aggregates that have no table themselves. */
export const defineRevisionTable = (name: string, of: string): Table<typeof REVISIONS, 'id', 'revision'> => ({
  name,
  columns: REVISIONS,
  key: ['id'],
  kept: ['revision'],
  streams: { prefix: `${of}-`, keyOf: (id) => ({ id }), each: true, alone: true },
  indexes: [],
});
