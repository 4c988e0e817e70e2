import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates, type Config, projectionsAndReactions, readConfig } from '@yoyaku/composition';
import { causesOf, EventStoreDb } from '@yoyaku/eventing';
import { newUuid, now, plusMs } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import {
  currentTraceparent,
  inSpan,
  readSpans,
  readTracing,
  type SpanTree,
  startTracing,
  treesOf,
} from '@yoyaku/tracing';
import { pino } from 'pino';
import { Booking } from '../../../libs/booking/src/domain/booking.decider';
import { asked, at, BookingProcess, Salon } from '../../../libs/booking/test/salon';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { type ReactorProcess, startReactor } from '../src/reactor-process';

const logger = pino({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'yoyaku-traces-'));
const file = join(folder, 'traces.jsonl');
const settings = readTracing({ OTEL_TRACES_EXPORTER: 'file', TRACE_FILE: file }, []);
const troubles: string[] = [];
const tracing = startTracing(settings, 'yoyaku-spec', (reason) => troubles.push(reason));

let servers: TestServers;
let config: Config;
let process: BookingProcess;
let projector: ProjectorProcess;
let reactor: ReactorProcess;
let salon: Salon;

beforeAll(async () => {
  servers = await startServers();
  const { natsUrl, jetStream } = servers;
  config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
  process = await BookingProcess.start(servers);
  salon = await Salon.open(process);
  projector = await startProjector({
    ...config,
    natsUrl,
    jetStream,
    aggregates,
    projections: projectionsAndReactions,
    logger,
  });
  reactor = await startReactor(config, logger, { everyMs: 20, graceMs: 60_000 });
});
afterAll(async () => {
  await reactor.stop();
  await projector.stop();
  await process.stop();
  await servers.stop();
  await tracing.stop();
  rmSync(folder, { recursive: true });
});

/** Takes what somebody asks for, and gives the id of its trace. */
async function asking(run: () => Promise<unknown>): Promise<string> {
  let traceparent: string | undefined;
  await inSpan(
    () => ({ name: 'request', traceparent: '' }),
    async () => {
      traceparent = currentTraceparent();
      await run();
    },
  );
  return traceparent?.split('-')[1] ?? '';
}

const named = (trees: readonly SpanTree[], name: string): SpanTree[] =>
  trees.flatMap((tree) => [...(tree.name === name ? [tree] : []), ...named(tree.children, name)]);

/** The one tree of a trace, once a span of that name is in it. */
async function traceWith(traceId: string, name: string): Promise<SpanTree> {
  // A span is written when it has ended: until then, those within it stand alone.
  await until(() => {
    const spans = readSpans(file);
    const isThere = spans.some((span) => span.traceId === traceId && span.name === name);
    return isThere && treesOf(spans, traceId).length === 1;
  });
  const trees = treesOf(readSpans(file), traceId);
  expect(trees).toHaveLength(1);
  return trees[0] as SpanTree;
}

it('a trace goes from the append to NATS, to the rows, and on to the reaction and what that leads to', async () => {
  const serviceId = await salon.service([[await salon.resource()]]);
  const { known } = await process.bookings.request(salon.wish(serviceId, at(0)), asked());
  const { standing: _, renounced: __, unseen: ___, attention, kept, ...booked } = known;
  const bookingId = newUuid();
  const pending = { bookingId, holdId: newUuid(), status: 'pending', expiresAt: plusMs(now(), 200) } as const;
  const context = asked();
  const traceId = await asking(() =>
    process.commands.execute(
      Booking,
      bookingId,
      { type: 'RequestBooking', data: { ...booked, ...pending } },
      context,
      'assumeEmpty',
    ),
  );

  const isLapsed = (tree: SpanTree) => named([tree], 'project bookings').length === 2;
  let tree = await traceWith(traceId, 'react pending-expiry');
  await until(async () => {
    tree = await traceWith(traceId, 'react pending-expiry');
    return isLapsed(tree);
  });
  const [append] = named([tree], 'append booking') as [SpanTree];
  const names = append.children.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      `publish ${servers.jetStream}`,
      'project bookings',
      'project booking-history',
      'react pending-expiry',
    ]),
  );
  const [reaction] = named([append], 'react pending-expiry') as [SpanTree];
  const [lapse] = named([reaction], 'booking.ExpireBooking').flatMap((expire) => named([expire], 'append booking'));
  expect(lapse?.children.map(({ name }) => name)).toEqual(
    expect.arrayContaining([`publish ${servers.jetStream}`, 'project bookings']),
  );

  const store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
  const [requested, expired] = await Array.fromAsync(store.readStream(`booking-${bookingId}`));
  await store.close();
  expect(causesOf(expired!.metadata)).toEqual({ correlationId: context.correlationId, causationId: requested?.id });
  expect(troubles).toEqual([]);
});

it('a batch has a span of its own, with its commit, which refers to the traces of its events', async () => {
  const hours = [{ day: 1, opens: '00:00', closes: '24:00' }] as const;
  const traceId = await asking(() => salon.business({ type: 'SetHours', data: { hours } }));
  const [project] = named([await traceWith(traceId, 'project businesses')], 'project businesses') as [SpanTree];
  const [link = ''] = project.links;
  await until(() => readSpans(file).some(({ spanId }) => spanId === link));
  const batch = readSpans(file).find(({ spanId }) => spanId === link);
  expect(batch?.name).toBe('project batch');
  expect(batch?.links).toContain(project.parentSpanId);
  expect(batch?.parentSpanId).toBeUndefined();
  const [tree] = treesOf(readSpans(file), batch?.traceId ?? '');
  expect(tree?.children.map(({ name }) => name)).toContain('commit rows and checkpoints');
});

it('a rebuild goes into no trace', async () => {
  const traceId = await asking(() => salon.business({ type: 'ChangeSettings', data: { minNoticeMinutes: 5 } }));
  const projected = () => named(treesOf(readSpans(file), traceId), 'project businesses').length;
  await until(() => projected() === 1);
  const pool = createPool(servers.databaseUrl);
  const admin = new ProjectionAdmin(pool);
  await admin.rebuild(['businesses'], 'spec');
  await until(async () => (await admin.rebuildOf('businesses')).state === 'done');
  expect(projected()).toBe(1);
  await pool.end();
});
