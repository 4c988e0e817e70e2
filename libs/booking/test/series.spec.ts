import { CancelSeries, type RequestedSeries, RequestSeries } from '@yoyaku/booking';
import { type CommandContext, idFor } from '@yoyaku/eventing';
import { DAY, DomainError, type Instant, plusMs, type Uuid } from '@yoyaku/kernel';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { SeriesRequest } from '../src/application/request-series';
import { Booking } from '../src/domain/booking.decider';
import { Calendar } from '../src/domain/calendar.decider';
import { Series } from '../src/domain/series.decider';
import { again, asked, at, BookingProcess, Salon } from './salon';

let servers: TestServers;
let here: BookingProcess;
let there: BookingProcess;
let salon: Salon;

beforeAll(async () => {
  servers = await startServers();
  [here, there] = [await BookingProcess.start(servers), await BookingProcess.start(servers)];
  salon = await Salon.open(here);
});
afterAll(async () => {
  await Promise.all([here, there].map((process) => process.stop()));
  await servers.stop();
});

const request = (
  serviceId: Uuid,
  more: Partial<SeriesRequest> & { readonly count?: number } = {},
  context: CommandContext = asked(),
  process = here,
): Promise<RequestedSeries> => {
  const { count = 4, ...change } = more;
  const { start, ...wish } = salon.wish(serviceId, at(0));
  const series = { ...wish, start, rrule: `FREQ=DAILY;COUNT=${count}`, mode: 'all' as const, ...change };
  return process.commands.send(new RequestSeries(series, context));
};

const day = (n: number, minutes = 0): Instant => plusMs(at(minutes), n * DAY);
const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: DomainError) => error,
  );
const startsOf = ({ known }: RequestedSeries) => known.occurrences.map(({ start }) => start);
const reservations = async (resourceId: Uuid) =>
  (await Array.fromAsync(here.aggregates.history(Calendar, resourceId))).filter(({ type }) => type === 'SlotReserved');

it('a series in a half-full calendar is refused with each clash, or has exactly the free times', async () => {
  const [yuki, room] = [await salon.resource(), await salon.resource()];
  const service = await salon.service([[yuki], [room]]);
  const days = Array.from({ length: 52 }, (_, n) => n);
  const taken = days.filter((n) => n % 2 === 1).map((n) => day(n));
  for (const start of taken) await here.bookings.request(salon.wish(service, start), asked());
  const before = await reservations(yuki);

  const refusal = await refusalOf(request(service, { count: 52 }));
  expect(refusal).toMatchObject({ code: 'booking.series_clash' });
  expect(refusal?.facts.clashes).toEqual(taken.map((start) => ({ start, code: 'booking.slot_taken' })));
  expect(await reservations(yuki)).toEqual(before);

  const series = await request(service, { count: 52, mode: 'available' });
  expect(startsOf(series)).toEqual(days.filter((n) => n % 2 === 0).map((n) => day(n)));
  expect(series.known.skipped).toEqual(taken.map((start) => ({ start, code: 'booking.slot_taken' })));
  for (const resourceId of [yuki, room]) {
    const reserved = (await reservations(resourceId)).slice(taken.length);
    expect(reserved).toHaveLength(26);
    // One command, and one moment: one append.
    expect(new Set(reserved.map(({ commandId, at: when }) => `${commandId} ${when}`)).size).toBe(1);
  }
  for (const { bookingId } of series.known.occurrences) await salon.expectSlotOf(bookingId);
});

it('a time that the rules refuse is a clash too', async () => {
  const service = await salon.service([[await salon.resource()]]);
  const refusal = await refusalOf(request(service, { start: day(0, 1), count: 2 }));
  expect(refusal?.facts.clashes).toEqual([0, 1].map((n) => ({ start: day(n, 1), code: 'booking.off_grid' })));
  const far = await refusalOf(request(service, { rrule: 'FREQ=MONTHLY;INTERVAL=12;COUNT=2' }));
  expect(far?.facts.clashes).toEqual([{ start: expect.any(String), code: 'booking.too_far' }]);
});

it('its customer keeps the same person where that one is free', async () => {
  const [yuki, aoi] = [await salon.resource(), await salon.resource()];
  const service = await salon.service([[yuki, aoi]]);
  const first = await request(service, { count: 3 });
  const second = await request(service, { count: 5 });
  const given = (series: RequestedSeries) => series.known.occurrences.map(({ resourceIds: [id] }) => id);
  expect(new Set(given(first)).size).toBe(1);
  expect(new Set(given(second)).size).toBe(1);
  expect(given(second)[0]).not.toBe(given(first)[0]);
});

it('its own times do not overlap', async () => {
  const yuki = await salon.resource();
  const service = await salon.service([[yuki]], { durationMinutes: 24 * 60 + 30 });
  const refusal = await refusalOf(request(service, { count: 3 }));
  expect(refusal?.facts.clashes).toEqual([{ start: day(1), code: 'booking.slot_taken' }]);
});

it('of many at once, from two processes, one has all of its times and the others none', async () => {
  const [yuki, room] = [await salon.resource(), await salon.resource()];
  const services = [await salon.service([[yuki], [room]]), await salon.service([[room], [yuki]])] as const;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) =>
      request(services[i % 2] as Uuid, { start: day(i % 3), count: 8 }, asked(), i % 2 ? here : there),
    ),
  );
  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(made.length).toBe(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'booking.series_clash' });
  }
  for (const resourceId of [yuki, room]) expect(await salon.holdsOn(resourceId)).toHaveLength(8);
  for (const { bookingId } of made[0]?.known.occurrences ?? []) await salon.expectSlotOf(bookingId);
});

describe('a request that dies', () => {
  /** Where the command is executed first on such an aggregate, the process dies instead. */
  const dieAt = (category: string) => {
    const execute = here.commands.execute.bind(here.commands) as (...given: unknown[]) => Promise<unknown>;
    return jest.spyOn(here.commands, 'execute').mockImplementation((...given) => {
      const [aggregate, , command] = given as unknown as [{ category: string }, string, { type: string }];
      const dies = aggregate.category === category && /^(Request|Abandon|Renounce)/.test(command.type);
      return (dies ? Promise.reject(new Error('Dead')) : execute(...given)) as never;
    });
  };
  const openHolds = async (resourceId: Uuid) =>
    (await salon.holdsOn(resourceId)).map(({ bookingId, holdId }) => ({
      bookingId,
      businessId: salon.businessId,
      resourceId,
      holdId,
    }));

  it('before its series is made is as if it never was, and may be sent again', async () => {
    const [yuki, room] = [await salon.resource(), await salon.resource()];
    const service = await salon.service([[yuki], [room]]);
    const context = asked();
    const spy = dieAt('series');
    await expect(request(service, {}, context)).rejects.toThrow('Dead');
    spy.mockRestore();
    const left = [...(await openHolds(yuki)), ...(await openHolds(room))];
    expect(left).toHaveLength(8);
    // The reaper comes, booking by booking.
    for (const hold of left) await there.bookings.settle([hold], asked());
    expect([...(await salon.holdsOn(yuki)), ...(await salon.holdsOn(room))]).toEqual([]);
    const late = await request(service, {}, again(context));
    expect(late.id).not.toBe(idFor(context, 'series'));
    expect(await salon.holdsOn(yuki)).toHaveLength(4);
  });

  it('before its series is made goes on with what it held, if it is sent again first', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const context = asked();
    const spy = dieAt('series');
    await expect(request(service, {}, context)).rejects.toThrow('Dead');
    spy.mockRestore();
    const series = await request(service, {}, again(context), there);
    expect(series.id).toBe(idFor(context, 'series'));
    expect(await reservations(yuki)).toHaveLength(4);
    for (const { bookingId } of series.known.occurrences) await salon.expectSlotOf(bookingId);
  });

  it('before its bookings are made has them all once the reaper, or the client, comes', async () => {
    for (const comes of ['reaper', 'client'] as const) {
      const yuki = await salon.resource();
      const service = await salon.service([[yuki]]);
      const context = asked();
      const spy = dieAt('booking');
      await expect(request(service, {}, context)).rejects.toThrow('Dead');
      spy.mockRestore();
      if (comes === 'client') await request(service, {}, again(context));
      else for (const hold of await openHolds(yuki)) await there.bookings.settle([hold], asked());
      const { state } = await there.aggregates.load(Series, idFor(context, 'series'), 'requireLoad');
      if (state.type !== 'requested') throw new Error(state.type);
      expect(state.occurrences).toHaveLength(4);
      for (const { bookingId } of state.occurrences) await salon.expectSlotOf(bookingId);
      expect(await salon.holdsOn(yuki)).toHaveLength(4);
    }
  });

  it('before its bookings are made is cancelled with all of them', async () => {
    const yuki = await salon.resource();
    const context = asked();
    const spy = dieAt('booking');
    await expect(request(await salon.service([[yuki]]), {}, context)).rejects.toThrow('Dead');
    spy.mockRestore();
    const left = await openHolds(yuki);
    expect(left).toHaveLength(4);
    const all = { scope: 'all', start: null, by: 'business', reason: null, atLocations: [] } as const;
    await there.commands.send(new CancelSeries(idFor(context, 'series'), all, asked()));
    for (const hold of left) await here.bookings.settle([hold], asked());
    expect(await salon.holdsOn(yuki)).toEqual([]);
  });

  it('changes nothing when it is sent again', async () => {
    const yuki = await salon.resource();
    const service = await salon.service([[yuki]]);
    const context = asked();
    const first = await request(service, {}, context);
    const second = await request(service, {}, again(context), there);
    expect([second.id, second.known]).toEqual([first.id, first.known]);
    const { bookingId } = first.known.occurrences[0] as { bookingId: Uuid };
    expect((await Array.fromAsync(here.aggregates.history(Booking, bookingId))).length).toBe(1);
    expect(await reservations(yuki)).toHaveLength(4);
  });
});
