import type { RecordedEvent } from '@yoyaku/eventing';
import { type Message, newUuid } from '@yoyaku/kernel';
import type { AnyProjection, Projection, Tables } from './projection';
import type { Row } from './table';
import { type KnownRows, UnitOfRows } from './unit';

/** An event of a specification: what it says, and as much of its envelope as matters. */
export type GivenEvent<E extends Message = Message> = E & Partial<Omit<RecordedEvent<E>, 'type' | 'data'>>;

/**
 * The rows that a projection makes of these events, table by table in the order of their keys; without a database, by
 * the very handlers that production runs.
 */
export function runProjection<E extends Message, T extends Tables>(
  projection: Projection<E, T>,
  events: readonly GivenEvent<E>[],
): { [K in keyof T]: Row<T[K]>[] } {
  const empty: KnownRows = { get: () => null };
  const known = Object.fromEntries(Object.keys(projection.tables).map((name) => [name, empty]));
  const unit = new UnitOfRows(projection as AnyProjection, known);
  unit.apply(events.map((event, i) => ({ ...envelope(i), ...event })));
  const rows = unit.changed.map(([table, changes]) => {
    const inOrder = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
    return [table, inOrder.flatMap(([, { row }]) => (row ? [row] : []))];
  });
  return Object.fromEntries(rows);
}

function envelope(index: number): Omit<RecordedEvent, 'type' | 'data'> {
  const id = newUuid();
  return {
    id,
    stream: 'spec-1',
    revision: index,
    position: BigInt(index + 1),
    tenantId: 'spec',
    at: '2026-04-01T00:00:00Z',
    actor: { id: null, role: 'spec' },
    correlationId: id,
    causationId: id,
    commandId: id,
    sealed: { fields: [], data: null, actor: null },
  };
}
