import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates, projections, readConfig } from '@yoyaku/composition';
import { instant } from '@yoyaku/kernel';
import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { asked, at, BookingProcess, Salon } from '../../../libs/booking/test/salon';
import { startEventNode } from '../../event-node/src/event-node';
import { type KeptEvent, Tampering } from '../../event-node/test/tampering';
import { startProjector } from '../../projector/src/projector-process';
import { Environment } from '../src/environment';
import { yoyaku } from './yoyaku';

/** The history of a salon, half of it signed, in a data directory that every test gets a copy of. */
let servers: TestServers;
let scratch: string;
let history: string;
let kept: KeptEvent[];
let signed: KeptEvent[];
let unsigned: KeptEvent[];
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  scratch = await mkdtemp(join(tmpdir(), 'yoyaku-tampering-'));
  history = join(scratch, 'history');
  const position = await live();
  await Tampering.with(history, async (data) => {
    kept = data.all();
  });
  signed = kept.filter((event) => event.position <= position);
  unsigned = kept.filter((event) => event.position > position);
});
afterAll(async () => {
  process.env = env;
  await rm(scratch, { recursive: true });
  await servers.stop();
});

/** Bookings, a checkpoint, more bookings; the audit log has seen them all. Gives the position of the checkpoint. */
async function live(): Promise<number> {
  const node = await startEventNode({ port: 0, dataDir: history });
  const { databaseUrl: DATABASE_URL } = servers;
  const config = readConfig({ NODE_ENV: 'test', ...testSecrets, DATABASE_URL, ESDB_URL: node.url });
  const process = await BookingProcess.start({
    environment: { ...servers.environment, ESDB_URL: node.url, ESDB_PREFIX: '' },
  });
  const projector = await startProjector({ ...config, aggregates, projections, logger: pino({ level: 'silent' }) });
  const environment = environmentOver(node.url);
  const salon = await Salon.open(process);
  const yuki = await salon.resource();
  const service = await salon.service([[yuki]]);
  const book = async (minutes: number) => process.bookings.request(salon.wish(service, at(minutes)), asked());
  const { known } = await book(0);
  await book(60);
  await process.bookings.cancel(known.bookingId, 'business', null, asked());
  await environment.auditor().takeCheckpoint(instant('2026-04-01T00:00:00Z'));
  const position = Number((await environment.auditor().lastSigned())?.position);
  await book(120);
  const { position: last } = await book(180);
  await until(async () => ((await environment.auditor().verify()).witnessedTo ?? -1n) >= last);
  await environment.close();
  await projector.stop();
  await process.stop();
  await node.close();
  return position;
}

function environmentOver(eventStoreUrl: string): Environment {
  Object.assign(process.env, { DATABASE_URL: servers.databaseUrl, ESDB_URL: eventStoreUrl, ESDB_PREFIX: '' });
  return new Environment();
}

let copies = 0;

/** What `yoyaku audit verify` says once somebody has done that to the data of the stopped node. */
async function verifyAfter(change: (data: Tampering) => Promise<unknown>, ...options: string[]): Promise<string> {
  const dataDir = join(scratch, `copy-${copies++}`);
  await Tampering.copy(history, dataDir);
  await Tampering.with(dataDir, change);
  const node = await startEventNode({ port: 0, dataDir });
  const environment = environmentOver(node.url);
  const { stdout, exitCode } = await yoyaku(environment, 'audit', 'verify', ...options);
  const said = stdout.trimEnd();
  expect(exitCode).toBe(said.startsWith('Whole') ? 0 : 1);
  await environment.close();
  await node.close();
  await rm(dataDir, { recursive: true });
  return said;
}

const placeOf = ({ stream, revision }: KeptEvent): string => `${stream} at revision ${revision}`;
const ofCategory = (events: readonly KeptEvent[], category: string): KeptEvent[] =>
  events.filter(({ stream }) => stream.startsWith(`${category}-`));
const sample = <T>(items: readonly T[], index: number): T => {
  const item = items.at(index);
  if (item === undefined) throw new Error('The history is too short');
  return item;
};

/** Where in the frame its data stands, and something in it that means something. */
const inside = ({ frame }: KeptEvent, text: string): number => frame.lastIndexOf(text) + text.length - 1;

describe('yoyaku audit verify, after somebody was at the data of the event-node', () => {
  it('finds untouched data whole', async () => {
    expect(unsigned.length).toBeGreaterThan(3);
    expect(await verifyAfter(async () => {})).toMatch(/^Whole: \d+ events .* through 1 checkpoints/);
  });

  it('names the event of which one byte was changed', async () => {
    const booked = sample(ofCategory(signed, 'booking'), 0);
    const places: [KeptEvent, number][] = [
      [booked, inside(booked, '"partySize":1')],
      [booked, inside(booked, '"occurredAt":"2')],
      [booked, booked.frame.indexOf('BookingRequested')],
      [sample(unsigned, -1), inside(sample(unsigned, -1), ':"')],
    ];
    for (const [event, at] of places) {
      expect(await verifyAfter((data) => data.flip(event, at))).toContain(`Broken: ${placeOf(event)}`);
    }
  });

  it('names the last event of a stream that is gone, though it was signed', async () => {
    const gone = sample(ofCategory(signed, 'booking'), -1);
    const said = await verifyAfter((data) => data.remove(gone));
    expect(said).toMatch(new RegExp(`^Broken: ${placeOf(gone)}; the checkpoint at position \\d+\\.$`));
  });

  it('names a whole stream that is gone', async () => {
    const [first] = ofCategory(signed, 'service');
    const gone = kept.filter(({ stream }) => stream === first?.stream);
    const said = await verifyAfter((data) => Promise.all(gone.map((event) => data.remove(event))));
    expect(said).toContain(`Broken: ${first?.stream} at revision 0; the checkpoint`);
  });

  it.each([[], ['--from-last-checkpoint']])(
    'names what is gone for which no signature stands yet %s',
    async (...options) => {
      const [booked] = ofCategory(unsigned, 'booking');
      const last = sample(unsigned, -1);
      const tail = unsigned.findLast(({ stream }) => stream !== last.stream) as KeptEvent;
      for (const gone of [booked as KeptEvent, last, tail]) {
        expect(await verifyAfter((data) => data.remove(gone), ...options)).toBe(`Broken: ${placeOf(gone)}.`);
      }
      const all = await verifyAfter((data) => Promise.all(unsigned.map((event) => data.remove(event))), ...options);
      expect(all).toBe(`Broken: ${placeOf(sample(unsigned, 0))}.`);
    },
  );

  it('signs nothing that lacks what the audit log saw', async () => {
    const dataDir = join(scratch, 'unsigned');
    await Tampering.copy(history, dataDir);
    await Tampering.with(dataDir, (data) => data.remove(sample(unsigned, -1)));
    const node = await startEventNode({ port: 0, dataDir });
    const environment = environmentOver(node.url);
    const signing = environment.auditor().takeCheckpoint(instant('2026-04-01T01:00:00Z'));
    await expect(signing).rejects.toThrow(placeOf(sample(unsigned, -1)));
    await environment.close();
    await node.close();
  });

  it('names the event whatever byte of it was changed, also where the node cannot read it any more', async () => {
    const event = sample(ofCategory(signed, 'booking'), 1);
    const { frame, stream, revision } = event;
    const idAt = frame.indexOf(stream) + stream.length;
    const framing = Array.from({ length: 14 }, (_, i) => i).concat([
      idAt,
      frame.indexOf('{') - 1,
      frame.lastIndexOf('{"') - 1,
    ]);
    for (const at of framing) {
      const said = await verifyAfter((data) => data.flip(event, at));
      expect([at, said]).toEqual([at, expect.stringContaining(`Broken: ${stream} at revision ${revision}`)]);
    }
  });
});
