import { idOf, type RecordedEvent } from '@yoyaku/eventing';
import { isUuid } from '@yoyaku/kernel';
import type { AnyProjection } from './projection';
import type { Table } from './table';

type AnyRow = Readonly<Record<string, unknown>>;

/** The key of the row of the event's stream; undefined where the table has none for streams of its kind. */
export function rowOfStream({ streams }: Table, { stream }: RecordedEvent): AnyRow | undefined {
  return streams && stream.startsWith(streams.prefix) ? streams.keyOf(idOf(stream)) : undefined;
}

/**
 * What the engine itself writes into a row that the event changes.
 *
 * Where several streams write into the same row (a customer's, in which bookings are counted), the kept columns are those
 * of its own stream: the others leave them as they are.
 */
export function keptColumns({ kept = [], owner, mark }: Table, event: RecordedEvent, isOfStream: boolean): AnyRow {
  const columns: Record<string, unknown> = { ...mark?.(event) };
  if (owner === 'tenant' && !isOfStream) return columns;
  if (kept.includes('revision')) columns.revision = event.revision;
  if (kept.includes('updatedAt')) columns.updatedAt = event.at;
  return columns;
}

/** Whether a handler takes the event. */
export const isHandled = ({ on, onEvery }: AnyProjection, { type }: RecordedEvent): boolean =>
  onEvery !== undefined || on[type] !== undefined;

/** Whether the event moves kept columns, handled or not. No row has a key that its type of column cannot hold. */
export function isKept({ tables }: AnyProjection, event: RecordedEvent): boolean {
  for (const name in tables) if (rowOfStream(tables[name], event)) return isUuid(idOf(event.stream));
  return false;
}
