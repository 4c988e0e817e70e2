import { Calendar } from '@yoyaku/booking';
import { Business } from '@yoyaku/business';
import type { CommandContext, Commands } from '@yoyaku/eventing';
import { type EventDefinition, evolve, type Message, newUuid } from '@yoyaku/kernel';
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

/** The compiler is what refuses it: `check` fails where one of these is allowed, or what is allowed here is not. */
it('take from outside their context no step of a composed command', () => {
  const execute = jest.fn() as unknown as Commands['execute'];
  const context = {} as CommandContext;
  const slot = { bookingId: newUuid(), holdId: newUuid() };
  void execute(Business, newUuid(), { type: 'ApproveBusiness', data: {} }, context);
  // @ts-expect-error: nobody would see to its slug
  void execute(Business, newUuid(), { type: 'ChangeProfile', data: { slug: 'taken' } }, context);
  // @ts-expect-error: the booking would count on it still
  void execute(Calendar, newUuid(), { type: 'ReleaseSlot', data: slot }, context);
  expect(execute).toHaveBeenCalledTimes(3);
});
