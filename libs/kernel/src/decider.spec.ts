import { type Decider, evolve, type Message, type Occurred } from './decider';
import { ensure } from './domain-error';
import { specify } from './specification';

type Command = Message<'Open', { by: string }> | Message<'Close'>;
type Event = Message<'Opened', { by: string }> | Message<'Closed'>;

const door: Decider<{ open: boolean }, Command, Event> = {
  initial: { open: false },
  decide: {
    Open: ({ data, at }, state) => {
      ensure(!at.startsWith('2027'), 'door.locked_that_year', { at });
      return state.open ? [] : [{ type: 'Opened', data }];
    },
    Close: (_, state) => (state.open ? [{ type: 'Closed', data: {} }] : []),
  },
  evolve: {
    Opened: () => ({ open: true }),
    Closed: () => ({ open: false }),
  },
};

describe('a decider', () => {
  const { given, fold } = specify(door);
  const opened = { type: 'Opened', data: { by: 'Aki' } } as const;

  it('answers a command with events', () =>
    given([])
      .when({ type: 'Open', data: { by: 'Aki' } })
      .then([opened]));

  it('answers a repeat with none', () =>
    given([opened])
      .when({ type: 'Open', data: { by: 'Bo' } })
      .thenNothing());

  it('says no with a code', () =>
    given([])
      .when({ type: 'Open', data: { by: 'Aki' } }, '2027-01-01T00:00:00Z')
      .thenRejects('door.locked_that_year'));

  it('leads to a state', () =>
    given([opened])
      .when({ type: 'Close', data: {} })
      .thenState((state) => expect(state).toEqual({ open: false })));

  it('passes over events it does not know', () => {
    const unknown = { type: 'Painted', data: {}, at: '2026-01-01T00:00:00Z' } as unknown as Occurred<Event>;
    expect(evolve(door, fold([opened]), unknown)).toEqual({ open: true });
  });
});
