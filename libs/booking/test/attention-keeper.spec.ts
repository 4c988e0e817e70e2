import { reactionContext } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { startServers } from '@yoyaku/testing';
import { AttentionKeeper } from '../src/application/attention-keeper';
import { Booking } from '../src/domain/booking.decider';
import type { Uncovering } from '../src/domain/booking.events';
import { asked, at, BookingProcess, Salon } from './salon';

test('a look that died after it had recorded something is made again, and goes by what is so then', async () => {
  const servers = await startServers();
  const booking = await BookingProcess.start(servers);
  try {
    const salon = await Salon.open(booking);
    const person = await salon.resource();
    const wish = salon.wish(await salon.service([[person]]), at(0));
    const { known, position } = await booking.bookings.request(wish, asked());
    const { bookingId } = known;
    const shortened: Uncovering[] = [{ reason: 'resource_hours', of: person }];
    let judge: () => Promise<readonly Uncovering[]>;
    const keeper = new AttentionKeeper(booking.aggregates, booking.commands, {
      of: async () => () => judge(),
    } as never);
    const aJob = () => {
      const id = newUuid();
      const context = reactionContext('attention', { id, correlationId: id, position });
      return () => keeper.look(bookingId, id, context);
    };
    const reasons = async () => {
      const { state } = await booking.aggregates.load(Booking, bookingId, 'requireLoad');
      return 'attention' in state ? state.attention.map(({ reason }) => reason) : [];
    };

    judge = async () => shortened;
    await aJob()();
    expect(await reasons()).toEqual(['resource_hours']);

    const look = aJob();
    let looks = 0;
    judge = async () => {
      looks += 1;
      if (looks > 1) throw new Error('killed');
      return [];
    };
    await expect(look()).rejects.toThrow('killed');
    expect(await reasons()).toEqual([]);
    judge = async () => shortened;
    await look();
    expect(await reasons()).toEqual(['resource_hours']);
  } finally {
    await booking.stop();
    await servers.stop();
  }
});
