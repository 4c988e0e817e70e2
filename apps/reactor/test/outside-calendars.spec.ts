import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Calendar,
  LinkOutsideCalendar,
  type OutsideLook,
  OutsideLooks,
  RefreshOutsideCalendar,
  UnlinkOutsideCalendar,
} from '@yoyaku/booking';
import { aggregates, type Config, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { DAY, fromEpochMs, type Instant, MINUTE, newUuid, now, plusMs, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { asked, BookingProcess, Salon } from '../../../libs/booking/test/salon';
import { Business, type BusinessCommand } from '../../../libs/business/src/domain/business.decider';
import { Resource } from '../../../libs/catalog/src/domain/resource.decider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../src/reactor-process';

const logger = pino({ level: 'silent' });

let servers: TestServers;
let projector: ProjectorProcess;
let reactors: ReactorProcess[];
let process: BookingProcess;
let salon: Salon;
let pool: ReturnType<typeof createPool>;
let elsewhere: Server;
let url: string;
/** What the server elsewhere answers. */
let status: number;
let starts: Instant[];
/** How often it was asked. */
let asks = 0;

beforeAll(async () => {
  elsewhere = createServer((_, response) => {
    asks += 1;
    const events = starts.flatMap((at, i) => [
      'BEGIN:VEVENT',
      `UID:${i}`,
      `DTSTART:${at.replaceAll(/[-:]/g, '')}`,
      'DURATION:PT1H',
      'END:VEVENT',
    ]);
    response.writeHead(status).end(['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR'].join('\r\n'));
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/calendar.ics`;
  servers = await startServers();
  const own = { OUTBOUND_ALLOW: '127.0.0.1' };
  const config: Config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment, ...own });
  process = await BookingProcess.start(servers, own);
  pool = createPool(servers.databaseUrl);
  salon = await Salon.open(process);
  projector = await startProjector({ ...config, aggregates, projections: projectionsAndReactions, logger });
  const rhythm = { everyMs: 20, graceMs: 200 };
  reactors = [await startReactor(config, logger, rhythm), await startReactor(config, logger, rhythm)];
});
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await projector.stop();
  await process.stop();
  await pool.end();
  await servers.stop();
  elsewhere.closeAllConnections();
  elsewhere.close();
});
beforeEach(() => {
  status = 200;
  starts = [];
});

/** A full hour some days ahead. */
const inDays = (days: number): Instant =>
  fromEpochMs(Math.ceil((Date.now() + days * DAY) / (60 * MINUTE)) * 60 * MINUTE);

const link = async (resourceId: Uuid): Promise<Uuid> => {
  const calendarId = newUuid();
  // As if it had been linked a while ago, so that the next look is due.
  const context = { ...asked(), at: plusMs(now(), -5 * MINUTE) };
  await process.commands.send(new LinkOutsideCalendar(resourceId, calendarId, url, context));
  return calendarId;
};
const stateOf = async (resourceId: Uuid) => process.aggregates.load(Calendar, resourceId, 'requireLoad');
const blocked = async (resourceId: Uuid): Promise<Instant[]> =>
  (await stateOf(resourceId)).state.entries.map(({ start }) => fromEpochMs(start));
const lookAt = (calendarId: Uuid): Promise<OutsideLook> => new OutsideLooks(pool).of(calendarId);

/** When the next look of a calendar is planned, in ms after now; undefined while there is none. */
const nextLook = async (calendarId: Uuid): Promise<number | undefined> => {
  const { rows } = await pool.query<{ due: Instant }>(
    `select start_after as due from yoyaku_jobs.job
     where name = 'refresh-outside-calendar' and state = 'created' and data->'data'->>'calendarId' = $1`,
    [calendarId],
  );
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0] && Date.parse(rows[0].due) - Date.now();
};
/** Lets the planned look come now. */
const hasten = (calendarId: Uuid) =>
  pool.query(
    `update yoyaku_jobs.job set start_after = now()
     where name = 'refresh-outside-calendar' and state = 'created' and data->'data'->>'calendarId' = $1`,
    [calendarId],
  );
const lookedAt = async (calendarId: Uuid): Promise<Instant | undefined> =>
  (
    await pool.query<{ at: Instant }>('select looked_at as at from app.outside_calendars where calendar_id = $1', [
      calendarId,
    ])
  ).rows[0]?.at;
/** Has the calendar looked at now, and waits until the look after that is planned. */
const lookAgain = async (calendarId: Uuid): Promise<void> => {
  await until(async () => ((await nextLook(calendarId)) ?? 0) > MINUTE);
  const before = await lookedAt(calendarId);
  await hasten(calendarId);
  await until(async () => (await lookedAt(calendarId)) !== before && ((await nextLook(calendarId)) ?? 0) > MINUTE);
};

it('looks again and again; differences alone are appended, once, by whichever reactor', async () => {
  const yuki = await salon.resource();
  const [first, second, third] = [inDays(3), inDays(4), inDays(5)];
  starts = [first, second];
  const calendar = await link(yuki);
  expect(await blocked(yuki)).toEqual([first, second]);
  const { revision } = await stateOf(yuki);
  await lookAgain(calendar);
  await lookAgain(calendar);
  expect((await stateOf(yuki)).revision).toBe(revision);
  expect(await nextLook(calendar)).toBeGreaterThan(10 * MINUTE);
  starts = [second, third];
  await lookAgain(calendar);
  expect(await blocked(yuki)).toEqual([second, third]);
  expect((await stateOf(yuki)).revision).toBe(revision + 2);
});

it('blocks each time once, however many look at once, also in several appends', async () => {
  const yuki = await salon.resource();
  const calendar = await link(yuki);
  const { revision } = await stateOf(yuki);
  const first = inDays(3);
  starts = Array.from({ length: 1_000 }, (_, i) => plusMs(first, i * 60 * MINUTE));
  const look = () => process.commands.send(new RefreshOutsideCalendar(yuki, calendar, url, asked()));
  await Promise.all([look(), look(), look()]);
  expect(await blocked(yuki)).toEqual(starts);
  expect((await stateOf(yuki)).revision).toBe(revision + 1_000);
  starts = [];
  await Promise.all([look(), look()]);
  expect(await blocked(yuki)).toEqual([]);
  expect((await stateOf(yuki)).revision).toBe(revision + 2_000);
});

it('is looked at the more seldom the more of it changed', async () => {
  const yuki = await salon.resource();
  const calendar = await link(yuki);
  // Nobody else looks meanwhile.
  await until(async () => ((await nextLook(calendar)) ?? 0) > MINUTE);
  const look = async () => {
    const context = asked();
    const next = await process.commands.send(new RefreshOutsideCalendar(yuki, calendar, url, context));
    return Date.parse(next as Instant) - Date.parse(context.at);
  };
  const first = inDays(3);
  starts = Array.from({ length: 600 }, (_, i) => plusMs(first, i * 120 * MINUTE));
  expect(await look()).toBe(50 * MINUTE);
  expect(await look()).toBe(15 * MINUTE);
  starts = starts.map((at) => plusMs(at, MINUTE));
  expect(await look()).toBe(100 * MINUTE);
});

it('keeps what was known while the calendar can’t be read, tells since when, and looks more seldom', async () => {
  const yuki = await salon.resource();
  starts = [inDays(3)];
  const calendar = await link(yuki);
  const { refreshedAt } = await lookAt(calendar);
  status = 404;
  await lookAgain(calendar);
  const failed = await lookAt(calendar);
  expect(failed).toMatchObject({ failure: { code: 'refused', status: 404 } });
  expect(Date.parse(failed.refreshedAt as string)).toBeGreaterThanOrEqual(Date.parse(refreshedAt as string));
  await pool.query(
    `update app.outside_calendars set failing_since = now() - interval '2 hours' where calendar_id = $1`,
    [calendar],
  );
  await lookAgain(calendar);
  expect(await nextLook(calendar)).toBeGreaterThan(100 * MINUTE);
  expect((await lookAt(calendar)).failure?.since).not.toBe(failed.failure?.since);
  expect(await blocked(yuki)).toHaveLength(1);
  [status, starts] = [200, []];
  await lookAgain(calendar);
  expect(await lookAt(calendar)).toMatchObject({ failure: null });
  expect(await blocked(yuki)).toEqual([]);
});

it('ends when the calendar is unlinked, and lifts what whoever did so left', async () => {
  const yuki = await salon.resource();
  starts = [inDays(3)];
  const calendar = await link(yuki);
  // As if the process had died before it lifted the blocks.
  const command = { type: 'UnlinkOutsideCalendar', data: { calendarId: calendar } } as const;
  await process.commands.execute(Calendar, yuki, command, asked());
  await until(async () => (await blocked(yuki)).length === 0);
  await until(async () => {
    await hasten(calendar);
    return (await nextLook(calendar)) === undefined;
  });
  await until(async () => (await lookAt(calendar)).refreshedAt === null);
  expect(await blocked(yuki)).toEqual([]);

  const other = await link(yuki);
  await process.commands.send(new UnlinkOutsideCalendar(yuki, other, asked()));
  expect(await blocked(yuki)).toEqual([]);
});

it('is asked no more once its resource is gone', async () => {
  const yuki = await salon.resource();
  const calendar = await link(yuki);
  await until(async () => (await nextLook(calendar)) !== undefined);
  await process.commands.execute(Resource, yuki, { type: 'RemoveResource', data: {} }, asked());
  await until(async () => {
    // A look may have been under way that saw the resource, and has planned the next one.
    await hasten(calendar);
    const { rowCount } = await pool.query(
      `select 1 from yoyaku_jobs.job where name = 'refresh-outside-calendar' and state in ('created', 'retry', 'active')
       and data->'data'->>'calendarId' = $1`,
      [calendar],
    );
    return rowCount === 0;
  });
});

it('is not asked while its business is suspended, and blocks nothing once that is closed', async () => {
  const yuki = await salon.resource();
  const [first, second, third] = [inDays(3), inDays(4), inDays(5)];
  starts = [first];
  const calendar = await link(yuki);
  // Whatever comes of the link is over.
  await until(async () => ((await nextLook(calendar)) ?? 0) > MINUTE);
  const { businessId } = (await stateOf(yuki)).state;
  const change = (command: BusinessCommand) => process.commands.execute(Business, businessId as Uuid, command, asked());
  const look = () => process.commands.send(new RefreshOutsideCalendar(yuki, calendar, url, asked()));
  await change({ type: 'SuspendBusiness', data: { reason: 'unpaid' } });
  const before = asks;
  starts = [second, third];
  expect(await look()).not.toBeNull();
  expect([asks, await blocked(yuki)]).toEqual([before, [first]]);
  await change({ type: 'ReinstateBusiness', data: {} });
  await look();
  expect(await blocked(yuki)).toEqual(starts);
  await change({ type: 'CloseBusiness', data: {} });
  const then = asks;
  expect(await look()).toBeNull();
  expect([asks, await blocked(yuki)]).toEqual([then, []]);
});
