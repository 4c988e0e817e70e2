import type { SealedCopy } from '@yoyaku/eventing';
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

/** A read model's table. Property names are camelCase here and snake_case in PostgreSQL. */
export interface Table<C extends Columns = Columns, Key extends string = string> {
  readonly name: string;
  readonly columns: C;
  /** The primary key. */
  readonly key: readonly Key[];
  /**
   * Rows are only ever put, each key once: a rebuild need not look whether they are there, and makes the index of the
   * key last, as all others. Whoever puts a key twice stops there.
   */
  readonly appendOnly?: boolean;
  /** `stream` when absent. Rows of a table that is only appended to are never changed, and need no owner. */
  readonly owner?: Owner;
  /** Each a list of columns, or `{ sql }` for what such a list cannot say (`using gin (tags)`, a partial index). */
  readonly indexes: readonly Index<string>[];
}

type Index<Name extends string> = readonly Name[] | { readonly sql: string };

/** A row of a table: `Row<typeof bookings>`. */
export type Row<T extends Table> = { readonly [K in keyof T['columns']]: ValueOf<T['columns'][K]> };
type ValueOf<C> = C extends Column<infer Value> ? Value : never;

export function defineTable<C extends Columns, Key extends keyof C & string>(
  name: string,
  definition: {
    columns: C;
    key: readonly Key[];
    appendOnly?: boolean;
    owner?: Owner;
    indexes?: readonly Index<keyof C & string>[];
  },
): Table<C, Key> {
  return { name, indexes: [], ...definition };
}
