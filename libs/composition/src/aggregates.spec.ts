import { type EventDefinition, evolve, type Message } from '@yoyaku/kernel';
import { aggregates } from './aggregates';

const MARK = 'something personal';
const SOME_VALUE = '2026-04-01T00:00:00Z';

/** An event that says something personal wherever it can, and a moment (which is also a text) everywhere else. */
function personalEvent(type: string, fields: readonly string[]): Message & { at: string } {
  const said = Object.fromEntries(fields.map((field) => [field, MARK]));
  const data = new Proxy(said, { get: (_, field: string) => said[field] ?? SOME_VALUE });
  return { type, data, at: SOME_VALUE };
}

/** Snapshots are sealed with a key that outlives everybody's: no state that is kept may be personal. */
describe('aggregates with snapshots', () => {
  const events = aggregates
    .filter(({ snapshot }) => snapshot !== undefined)
    .flatMap((aggregate) =>
      Object.entries<EventDefinition>(aggregate.events).flatMap(([type, { pii }]) =>
        pii ? [{ aggregate, type, fields: pii.fields as readonly string[] }] : [],
      ),
    );

  it.each(events)('remember nothing personal of $type', ({ aggregate: { decider }, type, fields }) => {
    const state = evolve(decider, decider.initial, personalEvent(type, fields));
    expect(state).not.toEqual(decider.initial);
    expect(JSON.stringify(state)).not.toContain(MARK);
  });
});
