import { Calendar, type CalendarCommand } from '@yoyaku/booking';
import { aggregates, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { EventStoreDb, stepOf } from '@yoyaku/eventing';
import { newUuid, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { asked, at, BookingProcess, insteadOfCreation, Salon } from '../../../libs/booking/test/salon';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../src/reactor-process';

const logger = pino({ level: 'silent' });
const PATIENCE = 30_000;

let servers: TestServers;
let projector: ProjectorProcess;
let reactor: ReactorProcess;
let process: BookingProcess;
let salon: Salon;
let pool: ReturnType<typeof createPool>;
let store: EventStoreDb;

beforeAll(async () => {
  servers = await startServers();
  const config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
  process = await BookingProcess.start(servers);
  pool = createPool(servers.databaseUrl);
  store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
  salon = await Salon.open(process);
  projector = await startProjector({ ...config, aggregates, projections: projectionsAndReactions, logger });
  reactor = await startReactor(config, logger, { everyMs: 20, graceMs: 30_000 });
});
afterAll(async () => {
  await reactor.stop();
  await projector.stop();
  await process.stop();
  await pool.end();
  await store.close();
  await servers.stop();
});

const onCalendar = (resourceId: Uuid, command: CalendarCommand, context = asked()) =>
  process.commands.execute(Calendar, resourceId, command, context);
/** Booked, and in the read model, by which a look finds it. */
async function book(serviceId: Uuid, minutes: number): Promise<Uuid> {
  const { known } = await process.bookings.request(salon.wish(serviceId, at(minutes)), asked());
  const { bookingId } = known;
  await until(
    async () => (await pool.query('select from read.bookings where id = $1', [bookingId])).rowCount === 1,
    PATIENCE,
  );
  return bookingId;
}
const typesOf = async (id: Uuid) => (await Array.fromAsync(store.readStream(`booking-${id}`))).map(({ type }) => type);

/** How many looks there are at what has that resource, by the state of their job. */
async function looks(resourceId: Uuid): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ state: string; count: number }>(
    `select state, count(*)::integer as count from yoyaku_jobs.job
     where name = 'look-for-uncovered' and data->'data'->>'resourceId' = $1 group by state`,
    [resourceId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
/** Has the second looks done, which come a minute later. */
async function lookAgain(resourceId: Uuid): Promise<void> {
  await pool.query(
    `update yoyaku_jobs.job set start_after = now() where name = 'look-for-uncovered' and data->'data'->>'resourceId' = $1`,
    [resourceId],
  );
  await until(async () => Object.keys(await looks(resourceId)).every((state) => state === 'completed'), PATIENCE);
}

it('a booking that is made when its time has just been blocked needs attention', async () => {
  const yuki = await salon.resource();
  const service = await salon.service([[yuki]]);
  const { businessId } = salon;
  // Its time is held by then, so that the block is in nobody's way.
  const spy = insteadOfCreation(process.commands, async (create) => {
    spy.mockRestore();
    const block = { blockId: newUuid(), businessId, resourceId: yuki, start: at(0), end: at(60), reason: null };
    await onCalendar(yuki, { type: 'BlockTime', data: block });
    await until(async () => (await looks(yuki)).completed === 1, PATIENCE);
    return create();
  });
  const booking = await book(service, 0);
  expect(await typesOf(booking)).toEqual(['BookingRequested']);
  await lookAgain(yuki);
  expect(await typesOf(booking)).toEqual(['BookingRequested', 'AttentionRaised']);
});

it('the owner is told once of all that one reading of an outside calendar has blocked, in however many appends', async () => {
  const yuki = await salon.resource();
  const service = await salon.service([[yuki]]);
  const { businessId } = salon;
  const bookings = [await book(service, 0), await book(service, 60), await book(service, 600 * 60)];
  const calendarId = newUuid();
  const outside = { businessId, resourceId: yuki, calendarId };
  await onCalendar(yuki, { type: 'LinkOutsideCalendar', data: { ...outside, url: 'https://example.test/' } });
  const reading = asked();
  const set = async (round: number, minutes: readonly number[]) => {
    const times = minutes.map((minute) => ({ start: at(minute), end: at(minute + 30) }));
    const command = { type: 'SetBusyTimes', data: { calendarId, times } } as const;
    return onCalendar(yuki, command, stepOf(reading, `busy ${round}`));
  };
  // More than go into one append.
  const hours = Array.from({ length: 601 }, (_, hour) => hour * 60);
  const first = await set(0, hours);
  const second = await set(1, hours);
  expect([first, second].map(({ state }) => state.entries.length)).toEqual([3 + 400, 3 + 601]);
  const told = async () => {
    const found = await pool.query(
      `select notice->'facts'->'bookings' as count from read.notifications
      where notice->>'kind' = 'bookings_uncovered' and business_id = $1`,
      [businessId],
    );
    return found.rows.map(({ count }) => count);
  };
  const before = await told();
  await until(async () => (await looks(yuki)).completed === 2, PATIENCE);
  for (const id of bookings) expect(await typesOf(id)).toEqual(['BookingRequested', 'AttentionRaised']);
  expect(await looks(yuki)).toEqual({ completed: 2, created: 2 });
  await lookAgain(yuki);
  await until(async () => (await told()).length > before.length, PATIENCE);
  expect(await told()).toEqual(expect.arrayContaining([3]));
  expect((await told()).length).toBe(before.length + 1);

  // It says no more that anybody is busy: one look for each append.
  await set(2, []);
  await set(3, []);
  await until(async () => (await looks(yuki)).completed === 6, PATIENCE);
  for (const id of bookings)
    expect(await typesOf(id)).toEqual(['BookingRequested', 'AttentionRaised', 'AttentionCleared']);
});
