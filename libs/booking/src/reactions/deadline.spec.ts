import type { AggregateStore, Commands } from '@yoyaku/eventing';
import { type Instant, instant, newUuid } from '@yoyaku/kernel';
import { CompleteBookings } from './auto-completion';
import type { DueDeadline } from './deadline';
import { ExpireBookings } from './pending-expiry';

const DUE = instant('2027-04-01T01:00:00Z');

/** How many commands a look at the booking at that moment leads to, and whether it is to be looked at again. */
async function look(handler: typeof ExpireBookings | typeof CompleteBookings, now: Instant) {
  let sent = 0;
  const state = {
    status: handler === ExpireBookings ? 'pending' : 'confirmed',
    expiresAt: DUE,
    end: DUE,
    outcomeAt: null,
    terms: { autoCompleteMinutes: 0 },
  };
  const send = async () => {
    sent += 1;
  };
  const looking = new handler(
    { load: async () => ({ state }) } as unknown as AggregateStore,
    { send, execute: send } as unknown as Commands,
  );
  const again = await looking.run({ data: { bookingId: newUuid() }, now, context: {} } as unknown as DueDeadline);
  return { sent, again: again.length };
}

it.each([ExpireBookings, CompleteBookings])(
  '%p is due from its moment on, and in the second after it',
  async (handler) => {
    expect(await look(handler, instant('2027-04-01T00:59:59.900Z'))).toEqual({ sent: 0, again: 1 });
    expect(await look(handler, DUE)).toEqual({ sent: 1, again: 0 });
    expect(await look(handler, instant('2027-04-01T01:00:00.400Z'))).toEqual({ sent: 1, again: 0 });
  },
);
