import { calendarDate, deriveUuid, instant, type Message, type Uuid } from '@yoyaku/kernel';
import { RowsInMemory, type Table } from '@yoyaku/projecting';
import fc from 'fast-check';
import { aggregates, projections } from '../src';
import { instanceOf, sampleOf } from './samples';

/** The engine refused to let an event change another's row. */
const isOfForeignRow = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && error.cause.name === 'ForeignRow';

/** So few that ids of all kinds, of both tenants, are often the same. */
const IDS = ['a', 'b', 'c'].map((name) => deriveUuid('collision', name));
const types = aggregates.flatMap(({ category, events }) => Object.keys(events).map((type) => ({ category, type })));
const values = {
  text: 'text',
  start: instant('2026-04-01T09:00:00Z'),
  end: instant('2026-04-01T10:00:00Z'),
  date: calendarDate('2026-04-01'),
  amount: 1,
  count: 1,
};

interface Attempt {
  readonly tenantId: string;
  readonly kind: { readonly category: string; readonly type: string };
  /** Which of the ids each field, and the stream, has. */
  readonly choices: readonly number[];
}

function eventOf({ tenantId, kind: { category, type }, choices }: Attempt) {
  let asked = 0;
  const choose = () => IDS[choices[asked++ % choices.length] ?? 0] as Uuid;
  const data = sampleOf(type, { ...values, id: choose });
  const ownStream = choices[0] === 0 ? choose() : instanceOf(category, data);
  return { type, data, tenantId, stream: `${category}-${ownStream}` } as Message & { tenantId: string };
}

const attempts = (kinds: readonly Attempt['kind'][]) =>
  fc.array(
    fc.record({
      tenantId: fc.constantFrom('tenant-1', 'tenant-2'),
      kind: fc.constantFrom(...kinds),
      choices: fc.array(fc.nat(IDS.length - 1), { minLength: 1, maxLength: 8 }),
    }),
    { minLength: 2, maxLength: 40 },
  );

it.each(projections.map((projection) => ({ name: projection.name, projection })))(
  'no events of a tenant change rows of another tenant in $name, whatever the ids',
  ({ projection }) => {
    const kinds = types.filter(
      ({ type, category }) =>
        projection.onEvery ||
        projection.on[type] ||
        Object.values<Table>(projection.tables).some(({ streams }) => streams?.prefix === `${category}-`),
    );
    let changes = 0;
    fc.assert(
      fc.property(attempts(kinds), (tried) => {
        const rows = new RowsInMemory(projection);
        const makers = new Map<string, string>();
        for (const event of tried.map(eventOf)) {
          let changed: { table: string; key: string }[] = [];
          try {
            changed = rows.apply(event);
          } catch (error) {
            if (!isOfForeignRow(error)) throw error;
          }
          changes += changed.length;
          for (const { table, key } of changed) {
            const place = `${table} ${key}`;
            expect(makers.get(place) ?? event.tenantId).toBe(event.tenantId);
            if (rows.tables[table]?.has(key)) makers.set(place, event.tenantId);
            else makers.delete(place);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(changes).toBeGreaterThan(0);
  },
);
