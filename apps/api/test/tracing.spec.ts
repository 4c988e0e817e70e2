import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createLogger } from '@yoyaku/composition';
import { EventStoreDb, isIntact, type StoredEvent } from '@yoyaku/eventing';
import { calendarDate, plusDays } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { type RecordedSpan, readSpans, readTracing, type SpanTree, startTracing, treesOf } from '@yoyaku/tracing';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

const folder = mkdtempSync(join(tmpdir(), 'yoyaku-traces-'));
const file = join(folder, 'traces.jsonl');
const settings = readTracing({ OTEL_TRACES_EXPORTER: 'file', TRACE_FILE: file }, []);
const tracing = startTracing(settings, 'yoyaku-spec', (reason) => troubles.push(reason));
const troubles: string[] = [];
const lines: string[] = [];
const log = new Writable({
  write: (chunk, _, done) => {
    lines.push(String(chunk));
    done();
  },
});

let api: ApiUnderTest;
let business: ABusiness;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 1, createLogger({ app: 'spec' }, { logLevel: 'debug' }, {}, log));
  business = await aBusiness(api, await somebody(api, 'admin'));
});
afterAll(async () => {
  await api.stop();
  await tracing.stop();
  rmSync(folder, { recursive: true });
});

const newTraceId = () => randomBytes(16).toString('hex');
const CLIENT_SPAN = '00f067aa0ba902b7';

let daysLater = 0;

/** The business books for its customer, or somebody for themself, each time on a later day. */
function book(traceparent?: string, guest?: Person): Promise<Reply> {
  const { things, people, start } = business;
  daysLater += 1;
  return api.call('POST', '/bookings', {
    token: (guest ?? people.owner).token,
    body: {
      businessId: things.business,
      serviceId: things.service,
      customerId: guest ? undefined : things.customer,
      start: `${plusDays(calendarDate(start.slice(0, 10)), daysLater)}${start.slice(10)}`,
    },
    headers: traceparent === undefined ? {} : { traceparent },
  });
}

/** The whole trace, once that span is in it. */
async function trace(traceId: string, awaited: string): Promise<SpanTree[]> {
  const isThere = ({ traceId: id, name }: RecordedSpan) => id === traceId && name === awaited;
  await until(() => readSpans(file).some(isThere));
  return treesOf(readSpans(file), traceId);
}

/** Names of a span and of what it led to, as `a > b > c`, one for each way through the tree. */
const paths = ({ name, children }: SpanTree): string[] => [
  name,
  ...children.flatMap((child) => paths(child).map((path) => `${name} > ${path}`)),
];

async function lastEventOf(stream: string): Promise<StoredEvent> {
  const newest = { direction: 'backwards', limit: 1 } as const;
  const [event] = await Array.fromAsync(api.app.get(EventStoreDb).readStream(stream, newest));
  return event as StoredEvent;
}

describe('a trace', () => {
  it('goes from the request to its appends, within the trace that the client names', async () => {
    const traceId = newTraceId();
    expect((await book(`00-${traceId}-${CLIENT_SPAN}-01`)).status).toBe(201);
    const [tree, ...others] = await trace(traceId, 'POST /api/v1/bookings');
    expect(others).toEqual([]);
    expect(tree).toMatchObject({
      parentSpanId: CLIENT_SPAN,
      attributes: { 'http.request.method': 'POST', 'http.route': '/api/v1/bookings', 'http.response.status_code': 201 },
    });
    const found = paths(tree as SpanTree);
    expect(found.filter((path) => path.endsWith('ReserveSlots > append calendar'))).toHaveLength(1);
    expect(found.filter((path) => path.endsWith('RequestBooking > append booking'))).toHaveLength(1);
  });

  it('goes through the commands that another one sends', async () => {
    const traceId = newTraceId();
    const guest = await somebody(api);
    expect((await book(`00-${traceId}-${CLIENT_SPAN}-01`, guest)).status).toBe(201);
    const [tree] = await trace(traceId, 'POST /api/v1/bookings');
    expect(paths(tree as SpanTree)).toContain(
      'POST /api/v1/bookings > RequestBooking > EnsureCustomer > customer.WelcomeUser > append customer',
    );
  });

  it('is named by the events of its appends, which the hash chain covers', async () => {
    const traceId = newTraceId();
    const { body } = await book(`00-${traceId}-${CLIENT_SPAN}-01`);
    await trace(traceId, 'POST /api/v1/bookings');
    const append = readSpans(file).find((span) => span.traceId === traceId && span.name === 'append booking');
    const event = await lastEventOf(`booking-${body.id}`);
    expect(event.metadata.traceparent).toBe(`00-${traceId}-${append?.spanId}-01`);
    expect(isIntact(event, event.metadata.prevHash)).toBe(true);
    const { traceparent: _, ...without } = event.metadata;
    expect(isIntact({ ...event, metadata: without }, event.metadata.prevHash)).toBe(false);
  });

  it('is recorded where the server records traces, whatever the client says of that', async () => {
    const traceId = newTraceId();
    const { body } = await book(`00-${traceId}-${CLIENT_SPAN}-00`);
    const [tree] = await trace(traceId, 'POST /api/v1/bookings');
    expect(tree?.parentSpanId).toBe(CLIENT_SPAN);
    expect((await lastEventOf(`booking-${body.id}`)).metadata.traceparent).toMatch(`00-${traceId}-`);
  });

  it.each([
    'nonsense',
    `00-${'0'.repeat(32)}-${CLIENT_SPAN}-01`,
    `00-${'a'.repeat(32)}-${CLIENT_SPAN}-01-more`,
    `ff-${'a'.repeat(32)}-${CLIENT_SPAN}-01`,
    `00-${'a'.repeat(32)}-${CLIENT_SPAN}-01,00-${'b'.repeat(32)}-${CLIENT_SPAN}-01`,
    'x'.repeat(8_000),
  ])('begins anew where what the client names is no trace context: %.40s', async (traceparent) => {
    const { body, status } = await book(traceparent);
    expect(status).toBe(201);
    const { traceparent: stored } = (await lastEventOf(`booking-${body.id}`)).metadata;
    expect(stored).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const [, traceId = ''] = stored?.split('-') ?? [];
    const [tree] = await trace(traceId, 'POST /api/v1/bookings');
    expect(tree?.parentSpanId).toBeUndefined();
  });

  it('says nothing of what was sent, and which problem was answered', async () => {
    const traceId = newTraceId();
    const { status } = await api.call('POST', '/auth/login', {
      body: { email: 'secret@example.com', password: 'not this one' },
      headers: { traceparent: `00-${traceId}-${CLIENT_SPAN}-01`, baggage: 'who=hanako' },
    });
    expect(status).toBe(401);
    const [tree] = await trace(traceId, 'POST /api/v1/auth/login');
    expect(tree?.attributes).toMatchObject({ 'http.response.status_code': 401, 'yoyaku.problem': expect.any(String) });
    expect(JSON.stringify(readSpans(file), (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toMatch(
      /secret|not this one|hanako/i,
    );
  });

  it('is named by the lines of the log that belong to it', async () => {
    const traceId = newTraceId();
    await book(`00-${traceId}-${CLIENT_SPAN}-01`);
    const told = lines.map((line) => JSON.parse(line)).filter(({ trace_id }) => trace_id === traceId);
    expect(told.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['appended', 'answered']));
  });

  it('leaves out what merely asks whether the process lives', async () => {
    await api.call('GET', '//health/live');
    await book();
    expect(readSpans(file).filter(({ name }) => name.includes('health'))).toEqual([]);
  });

  it('is recorded without trouble', () => expect(troubles).toEqual([]));
});
