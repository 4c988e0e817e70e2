import type { RecordedEvent } from '@yoyaku/eventing';
import type { Message, OfType } from '@yoyaku/kernel';
import type { GivenRow, Row, Table } from './table';

type KeyOf<T extends Table> = T extends Table<infer _C, infer Key> ? Pick<Row<T>, Key & keyof Row<T>> : never;

/** Refuses columns that the table does not have, also those that come from a spread (`...event.data`). */
type OnlyColumns<T extends Table, Given> = { readonly [K in Exclude<keyof Given, keyof GivenRow<T>>]: never };

/** The rows of one table as a handler sees them: in memory, changed at once, written with the batch. */
export interface Rows<T extends Table = Table> {
  get(key: KeyOf<T>): Row<T> | undefined;
  /** Writes a whole row, new or not. */
  put<Given extends GivenRow<T>>(row: Given & OnlyColumns<T, Given>): void;
  /** Changes some columns of a row; a row that is not there stays away. */
  patch<Given extends Partial<GivenRow<T>>>(key: KeyOf<T>, change: Given & OnlyColumns<T, Given>): void;
  delete(key: KeyOf<T>): void;
}

export type Tables = Readonly<Record<string, Table>>;
export type Unit<T extends Tables> = { readonly [K in keyof T]: Rows<T[K]> };

/** Folds one event into rows: pure, synchronous, never rejecting. */
export type Handler<E extends Message, T extends Tables> = (event: RecordedEvent<E>, rows: Unit<T>) => void;

type Handlers<E extends Message, T extends Tables, Type extends E['type']> = {
  readonly [K in Type]: Handler<OfType<E, K>, T>;
};

/**
 * A read model: data and pure functions. Event type names are unique over all contexts, so they alone are the key.
 * A row comes from one tenant's events or from platform events, never from both.
 */
export interface Projection<E extends Message = Message, T extends Tables = Tables> {
  readonly name: string;
  /** To be raised with every change of tables or handlers; a new version is rebuilt beside the old. */
  readonly version: number;
  /** Of its source, so that a change without a new version is noticed; without one, only the version tells. */
  readonly digest?: string;
  readonly tables: T;
  readonly on: Partial<Handlers<E, T, E['type']>>;
  /** Types of events that change no rows here. No row depends on the list, so it is no part of the `digest`. */
  readonly ignored?: readonly E['type'][];
  /** For what concerns every event, whatever its type (audit, history). Runs after `on`. */
  readonly onEvery?: Handler<Message, T>;
  /** One worker takes all tenants' events; nothing may depend on the order between tenants. */
  readonly global?: boolean;
  /**
   * Of one whose tables are all handed on, so that it is not rebuilt: where it begins when it is installed, with the
   * first event or with the next. A newer version goes on where the older stood.
   */
  readonly startsAt?: 'beginning' | 'now';
}

/** Any projection, whatever its events and tables; what the engine runs. */
// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant in their events, and none of them matter here
export type AnyProjection = Projection<any, any>;

/** A projection as it is declared: each type of event has a handler or is ignored. */
interface Declaration<E extends Message, T extends Tables, Ignored extends E['type']>
  extends Omit<Projection<E, T>, 'on' | 'ignored'> {
  readonly on: Handlers<E, T, Exclude<E['type'], Ignored>>;
  readonly ignored?: readonly Ignored[];
}

/**
 * `defineProjection<BookingEvent | CalendarEvent>()({ name, version, tables, ignored: ['BookingConfirmed'], on: { … } })`
 *
 * A type of event without handler that is not `ignored` does not compile. `ignored` stands before `on`.
 */
export const defineProjection =
  <E extends Message>() =>
  <T extends Tables, const Ignored extends E['type'] = never>(
    projection: Declaration<E, T, Ignored>,
  ): Projection<E, T> =>
    projection as Projection<E, T>;
