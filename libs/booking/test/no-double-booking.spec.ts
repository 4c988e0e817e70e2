import { setImmediate as turn } from 'node:timers/promises';
import { type Booked, Booking } from '@yoyaku/booking';
import { type CommandContext, ConcurrencyConflict, EventStoreUnavailable, idFor } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { startServers, type TestServers } from '@yoyaku/testing';
import { holdIdFor } from '../src/application/slot-choice';
import { again, asked, at, BookingProcess, insist, insteadOfCreation, Salon } from './salon';

let servers: TestServers;
let processes: [BookingProcess, BookingProcess];
let here: BookingProcess;
let there: BookingProcess;
let salon: Salon;

beforeAll(async () => {
  servers = await startServers();
  processes = [await BookingProcess.start(servers), await BookingProcess.start(servers)];
  [here, there] = processes;
  salon = await Salon.open(here);
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await servers.stop();
});

/** Runs all at once, in turns here and there. Returns who got a booking; all others must be refused as taken. */
async function race(
  count: number,
  run: (process: BookingProcess, i: number, context: CommandContext) => Promise<Booked>,
): Promise<Booked[]> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: count }, (_, i) => insist((context) => run(processes[i % 2] as BookingProcess, i, context))),
  );
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect([...new Set(refusals.map((reason) => (reason instanceof DomainError ? reason.code : reason)))]).toEqual(
    refusals.length > 0 ? ['booking.slot_taken'] : [],
  );
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

describe('of all who ask at once, from two processes,', () => {
  it('one gets a resource, whatever their intervals, as long as these overlap', async () => {
    const yuki = await salon.resource();
    const services = await Promise.all(
      [60, 75, 90, 120].map((durationMinutes) => salon.service([[yuki]], { durationMinutes })),
    );
    const winners = await race(300, (process, i, context) =>
      process.bookings.request(salon.wish(services[i % 4] as Uuid, at(5 * (i % 11))), context),
    );
    expect(winners).toHaveLength(1);
    expect(await salon.holdsOn(yuki)).toHaveLength(1);
    await salon.expectSlotOf(winners[0]?.id as Uuid);
  });

  it('one gets staff and room, though they ask for these from both ends', async () => {
    const [yuki, room] = [await salon.resource(), await salon.resource()];
    const services = [await salon.service([[yuki], [room]]), await salon.service([[room], [yuki]])];
    const winners = await race(200, (process, i, context) =>
      process.bookings.request(salon.wish(services[i % 2] as Uuid, at(5 * (i % 7))), context),
    );
    expect(winners).toHaveLength(1);
    expect([...(await salon.holdsOn(yuki)), ...(await salon.holdsOn(room))]).toHaveLength(2);
  });

  it('as many as there are staff get one each', async () => {
    const staff = await Promise.all(Array.from({ length: 5 }, () => salon.resource()));
    const service = await salon.service([staff]);
    const winners = await race(100, (process, _, context) =>
      process.bookings.request(salon.wish(service, at(0)), context),
    );
    expect(winners.map(({ known }) => known.resourceIds[0]).sort()).toEqual(staff.toSorted());
  });

  it('ten fit into a class of ten', async () => {
    const service = await salon.service([[await salon.resource()]], { capacity: 10 });
    const winners = await race(100, (process, _, context) =>
      process.bookings.request(salon.wish(service, at(0)), context),
    );
    expect(winners).toHaveLength(10);
  });

  it('one moves into the slot that all want', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const booked = await race(20, (process, i, context) =>
      process.bookings.request(salon.wish(service, at(24 * 60 + 60 * i)), context),
    );
    const winners = await race(20, (process, i, context) =>
      process.bookings.reschedule(
        booked[i]?.id as Uuid,
        { start: at(5 * (i % 7)), resourceIds: [], by: 'business' },
        context,
      ),
    );
    expect(winners).toHaveLength(1);
    expect(await salon.holdsOn(yuki)).toHaveLength(20);
    await Promise.all(booked.map(({ known }) => salon.expectSlotOf(known.bookingId)));
  });
});

describe('of a cancellation that is undone and requests for its time, at once, from two processes,', () => {
  it('one gets the time', async () => {
    for (let round = 0; round < 8; round++) {
      const yuki = await salon.resource();
      const service = await salon.service([[yuki]]);
      const { bookingId: id } = (await here.bookings.request(salon.wish(service, at(0)), asked())).known;
      await there.bookings.cancel(id, 'business', null, asked());
      const [winner, ...others] = await race(6, ({ bookings }, i, context) =>
        i === round % 6
          ? bookings.undoCancellation(id, context)
          : bookings.request(salon.wish(service, at(15 * (i % 3))), context),
      );
      expect(others).toEqual([]);
      expect(await salon.holdsOn(yuki)).toHaveLength(1);
      await salon.expectSlotOf(winner?.id as Uuid);
    }
  });
});

describe('of all who change one booking at once, from two processes,', () => {
  type Change = (process: BookingProcess, id: Uuid, i: number) => Promise<Booked>;
  const move: Change = ({ bookings }, id, i) =>
    bookings.reschedule(id, { start: at(120 + 60 * i), resourceIds: [], by: 'business' }, asked());
  const cancel: Change = ({ bookings }, id) => bookings.cancel(id, 'business', null, asked());
  const undo: Change = ({ bookings }, id) => bookings.undoCancellation(id, asked());
  const confirm: Change = ({ bookings }, id) => bookings.confirm(id, asked());
  const decline: Change = ({ bookings }, id) => bookings.decline(id, null, asked());
  const expire: Change = ({ bookings }, id) => bookings.expire(id, { ...asked(), at: at(-60) });

  /** What the losers hear: that it is no longer what they wanted to change. */
  const TOLD = /^booking\.(changed_meanwhile|invalid_transition)$/;

  /** Tells what the losers heard, once the booking was seen to hold its own time and no other. */
  async function refusalsOf(id: Uuid, changes: readonly Change[], resourceIds: readonly Uuid[]): Promise<string[]> {
    const outcomes = await Promise.allSettled(
      changes.map((change, i) => change(processes[i % 2] as BookingProcess, id, i)),
    );
    const { state } = await here.aggregates.load(Booking, id, 'requireLoad');
    const isHeld = state.status === 'confirmed' || state.status === 'pending';
    for (const resourceId of resourceIds) expect(await salon.holdsOn(resourceId)).toHaveLength(isHeld ? 1 : 0);
    if (isHeld) await salon.expectSlotOf(id);
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  }

  it.each([
    { of: 'moving', from: 'confirmed', changes: [move, move, move, move] },
    { of: 'cancelling and moving', from: 'confirmed', changes: [cancel, move, cancel, move] },
    { of: 'declining and moving', from: 'pending', changes: [move, decline, move] },
    { of: 'expiring and moving', from: 'pending', changes: [expire, move, expire, move] },
    { of: 'confirming and giving up', from: 'pending', changes: [confirm, decline, expire, confirm, cancel, expire] },
    { of: 'confirming and moving', from: 'pending', changes: [confirm, move, confirm, move] },
    { of: 'undoing', from: 'cancelled', changes: [undo, undo, undo] },
    { of: 'all of it', from: 'confirmed', changes: [move, cancel, undo, move, cancel, undo] },
  ])('the first win, the others are told, and nothing else stays held: $of', async ({ from, changes }) => {
    await salon.business({ type: 'ChangeSettings', data: { autoConfirm: from !== 'pending' } });
    for (let round = 0; round < 8; round++) {
      const resourceIds = [await salon.resource(), await salon.resource()];
      const service = await salon.service(resourceIds.map((id) => [id]));
      const { bookingId: id } = (await here.bookings.request(salon.wish(service, at(0)), asked())).known;
      if (from === 'cancelled') await cancel(here, id, 0);
      const told = await refusalsOf(id, changes, resourceIds);
      expect(told.filter((code) => !TOLD.test(code))).toEqual([]);
      expect(told.length).toBeLessThan(changes.length);
      if (from === 'cancelled') expect(told).toHaveLength(changes.length - 1);
    }
    await salon.business({ type: 'ChangeSettings', data: { autoConfirm: true } });
  });

  it('one of six moves, where all had reserved their new time before any took it up', async () => {
    const yuki = await salon.resource();
    const { bookingId: id } = (await here.bookings.request(salon.wish(await salon.service([[yuki]]), at(0)), asked()))
      .known;
    let reserved = 0;
    let all: () => void;
    const allReserved = new Promise<void>((resolve) => {
      all = resolve;
    });
    const reserving = processes.map(({ holds }) => {
      const reserve = holds.reserve.bind(holds);
      return jest.spyOn(holds, 'reserve').mockImplementation(async (...slot) => {
        const outcome = await reserve(...slot);
        if (++reserved === 6) all();
        await allReserved;
        return outcome;
      });
    });
    let won = -1;
    const moving: Change = async (...change) => {
      const moved = await move(...change);
      won = moved.revision;
      return moved;
    };
    const told = await refusalsOf(id, Array(6).fill(moving), [yuki]);
    for (const spy of reserving) spy.mockRestore();
    expect(told).toEqual(Array(5).fill('booking.changed_meanwhile'));
    // What the others left behind does not outdate what the winner was told.
    expect((await here.aggregates.load(Booking, id, 'requireLoad')).revision).toBeGreaterThan(won);
    const stale = { ...asked(), expectedRevisions: [0] };
    await expect(here.bookings.cancel(id, 'business', null, stale)).rejects.toThrow(ConcurrencyConflict);
    await there.bookings.cancel(id, 'business', null, { ...asked(), expectedRevisions: [won] });
  });
});

describe('a booking', () => {
  it('is made of who has fewest bookings that day, then of who was used least recently', async () => {
    const staff = [await salon.resource(), await salon.resource()];
    const service = await salon.service([staff]);
    const chosen: (Uuid | undefined)[] = [];
    for (const hour of [0, 1, 2, 3]) {
      const { known } = await here.bookings.request(salon.wish(service, at(60 * hour)), asked());
      chosen.push(known.resourceIds[0]);
    }
    expect(chosen.slice(0, 2).sort()).toEqual(staff.toSorted());
    expect(chosen.slice(2)).toEqual(chosen.slice(0, 2));
  });

  it('gives its time back when it is cancelled, and takes it again when that is undone', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const { bookingId: id } = (await here.bookings.request(salon.wish(service, at(0)), asked())).known;
    await here.bookings.cancel(id, 'business', null, asked());
    expect(await salon.holdsOn(yuki)).toEqual([]);

    await there.bookings.undoCancellation(id, asked());
    await salon.expectSlotOf(id);
    expect(
      (await race(1, (process, _, context) => process.bookings.request(salon.wish(service, at(30)), context))).length,
    ).toBe(0);

    await here.bookings.cancel(id, 'business', null, asked());
    await there.bookings.request(salon.wish(service, at(30)), asked());
    await expect(here.bookings.undoCancellation(id, asked())).rejects.toMatchObject({ code: 'booking.slot_taken' });
    expect(await salon.holdsOn(yuki)).toHaveLength(1);
  });

  it('moves to other resources, or over its own old time, and leaves nothing behind', async () => {
    const [yuki, ken] = [await salon.resource(), await salon.resource()];
    const service = await salon.service([[yuki, ken]]);
    const { bookingId: id } = (
      await here.bookings.request(salon.wish(service, at(0), { resourceIds: [yuki] }), asked())
    ).known;
    await there.bookings.reschedule(id, { start: at(30), resourceIds: [], by: 'business' }, asked());
    await salon.expectSlotOf(id);
    await here.bookings.reschedule(id, { start: at(30), resourceIds: [ken], by: 'business' }, asked());
    await salon.expectSlotOf(id);
    expect([(await salon.holdsOn(yuki)).length, (await salon.holdsOn(ken)).length]).toEqual([0, 1]);
  });

  it('that moves to where it is stays as it was', async () => {
    const yuki = await salon.resource();
    const { bookingId: id } = (await here.bookings.request(salon.wish(await salon.service([[yuki]]), at(0)), asked()))
      .known;
    await there.bookings.reschedule(id, { start: at(0), resourceIds: [], by: 'business' }, asked());
    await salon.expectSlotOf(id);
    expect(await salon.holdsOn(yuki)).toHaveLength(1);
  });

  it('that can have its staff but no room leaves no trace', async () => {
    const [yuki, room] = [await salon.resource(), await salon.resource()].sort() as [Uuid, Uuid];
    await here.bookings.request(salon.wish(await salon.service([[room]]), at(0)), asked());
    const both = await salon.service([[yuki], [room]]);
    await expect(here.bookings.request(salon.wish(both, at(30)), asked())).rejects.toMatchObject({
      code: 'booking.slot_taken',
    });
    expect(await salon.holdsOn(yuki)).toEqual([]);
  });

  it('leaves nothing held when nobody told whether its time was reserved', async () => {
    const yuki = await salon.resource();
    const reserve = here.holds.reserve.bind(here.holds);
    const reserving = jest.spyOn(here.holds, 'reserve').mockImplementationOnce(async (...slot) => {
      await reserve(...slot);
      throw new EventStoreUnavailable('no answer');
    });
    const request = here.bookings.request(salon.wish(await salon.service([[yuki]]), at(0)), asked());
    await expect(request).rejects.toThrow(EventStoreUnavailable);
    reserving.mockRestore();
    expect(await salon.holdsOn(yuki)).toEqual([]);
  });

  it('is answered with the same booking when its request comes again, wherever it got stuck', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const [context, wish] = [asked(), salon.wish(service, at(0))];
    const first = await here.bookings.request(wish, context);
    const second = await there.bookings.request(wish, again(context));
    expect(second.state).toEqual(first.state);
    expect(await salon.holdsOn(yuki)).toHaveLength(1);
  });

  it('is finished by the repeat of a request that died after reserving', async () => {
    const [yuki, ken] = [await salon.resource(), await salon.resource()];
    const service = await salon.service([[yuki, ken]]);
    const context = asked();
    const create = insteadOfCreation(here.commands, () => Promise.reject(new Error('killed')));
    const settle = jest.spyOn(here.holds, 'settle').mockRejectedValueOnce(new Error('killed'));
    await expect(here.bookings.request(salon.wish(service, at(0)), context)).rejects.toThrow('killed');
    create.mockRestore();
    settle.mockRestore();
    const { bookingId: id } = (await there.bookings.request(salon.wish(service, at(0)), again(context))).known;
    await salon.expectSlotOf(id);
    expect([...(await salon.holdsOn(yuki)), ...(await salon.holdsOn(ken))]).toHaveLength(1);
  });

  it('is made anew when its request comes again after it was taken for dead', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const context = asked();
    const create = insteadOfCreation(here.commands, () => Promise.reject(new Error('killed')));
    const settle = jest.spyOn(here.holds, 'settle').mockRejectedValueOnce(new Error('killed'));
    await expect(here.bookings.request(salon.wish(service, at(0)), context)).rejects.toThrow('killed');
    create.mockRestore();
    settle.mockRestore();
    await there.bookings.settle(await salon.holdsOn(yuki), asked());
    const first = await here.bookings.request(salon.wish(service, at(0)), again(context));
    const repeat = await there.bookings.request(salon.wish(service, at(0)), again(context));
    expect(repeat.id).toBe(first.id);
    await salon.expectSlotOf(first.known.bookingId);
    expect(await salon.holdsOn(yuki)).toHaveLength(1);
  });
});

describe('a creator and the reaper', () => {
  // Whoever is first wins for sure; side by side either may.
  it.each([
    { reaping: 'before', rounds: 5, winners: ['reaper'] },
    { reaping: 'beside', rounds: 40, winners: ['creator', 'reaper'] },
    { reaping: 'after', rounds: 5, winners: ['creator'] },
  ])('never both win, reaping $reaping the creation', async ({ reaping, rounds, winners }) => {
    const [yuki, room] = [await salon.resource(), await salon.resource()];
    const service = await salon.service([[yuki], [room]]);
    for (let round = 0; round < rounds; round++) {
      const context = asked();
      const bookingId = idFor(context, 'booking');
      const hold = { bookingId, businessId: salon.businessId, holdId: holdIdFor(context, 60) };
      const reap = () =>
        there.bookings.settle(
          [yuki, room].map((resourceId) => ({ ...hold, resourceId })),
          asked(),
        );
      let reaped: Promise<unknown> = Promise.resolve();
      const creation = insteadOfCreation(here.commands, async (create) => {
        if (reaping === 'before') await reap();
        if (reaping === 'beside') reaped = turns(Math.random() * 10).then(reap);
        await turns(reaping === 'beside' ? Math.random() * 10 : 0);
        const created = await create();
        if (reaping === 'after') await reap();
        return created;
      });
      const [created] = await Promise.allSettled([here.bookings.request(salon.wish(service, at(0)), context)]);
      await reaped;
      creation.mockRestore();
      expect(winners).toContain(created.status === 'fulfilled' ? 'creator' : 'reaper');
      if (created.status === 'fulfilled') {
        await salon.expectSlotOf(bookingId);
        await here.bookings.cancel(bookingId, 'business', null, asked());
      } else {
        expect(created.reason).toMatchObject({ code: expect.stringMatching(/booking\.(abandoned|id_taken)/) });
      }
      expect([...(await salon.holdsOn(yuki)), ...(await salon.holdsOn(room))]).toEqual([]);
    }
  });
});
