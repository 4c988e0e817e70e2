import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { RunningServer } from '@yoyaku/embedded';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures } from '../harness/compare';
import { cpuMeter } from '../harness/cpu';
import { latencyFigures } from '../harness/statistics';
import { openPool, startEventNode, startPostgres } from '../stack/servers';

const SECONDS = 4;
const CALLERS = [1, 64];

/** Appends the event with this number to the stream and resolves when it is durable. */
type Append = (stream: string, revision: number) => Promise<unknown>;

/** Durable appends of 500-byte events, each caller to a stream of its own, as fast as the answers come. */
export const append: Benchmark = async (resources) => {
  const [eventNode, postgres] = await Promise.all([startEventNode(resources), startPostgres(resources)]);
  const client = EventStoreDBClient.connectionString(eventNode.url);
  resources.defer(() => client.dispose());
  const pool = openPool(resources, postgres.url, Math.max(...CALLERS));
  await pool.query(EVENTS_TABLE);

  const toEventNode: Append = (stream, revision) =>
    client.appendToStream(stream, jsonEvent({ type: 'Measured', data, metadata }), {
      expectedRevision: revision === 0 ? NO_STREAM : BigInt(revision - 1),
    });
  const toPostgres: Append = (stream, revision) =>
    pool.query({ ...INSERT, values: [stream, revision, randomUUID(), 'Measured', dataJson, metadataJson] });

  const tables = [];
  for (const callers of CALLERS) {
    tables.push(
      await compare(`append, ${callers} ${callers === 1 ? 'caller' : 'callers'}`, [
        { name: 'event-node', run: () => appendFor(SECONDS, callers, toEventNode, eventNode) },
        { name: 'PostgreSQL', run: () => appendFor(SECONDS, callers, toPostgres, postgres) },
      ]),
    );
  }
  return tables;
};

async function appendFor(seconds: number, callers: number, append: Append, server: RunningServer): Promise<Figures> {
  const latencies: number[] = [];
  const cpu = cpuMeter({ client: [process.pid], server: [server.process.pid] });
  const started = performance.now();
  const end = started + seconds * 1_000;
  const caller = async () => {
    const stream = `measured-${randomUUID()}`;
    for (let revision = 0; performance.now() < end; revision++) {
      const sent = performance.now();
      await append(stream, revision);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const { p50, p99 } = latencyFigures(Float64Array.from(latencies));
  const rate = (latencies.length * 1_000) / (performance.now() - started);
  return { 'events/s': rate, 'p50 ms': p50, 'p99 ms': p99, ...cpu.perOperation(latencies.length) };
}

const data = { text: 'x'.repeat(300) };
const metadata = { commandId: randomUUID(), correlationId: randomUUID(), causationId: randomUUID(), at: new Date() };
const dataJson = JSON.stringify(data);
const metadataJson = JSON.stringify(metadata);

const EVENTS_TABLE = `
  create table events (
    position bigint generated always as identity primary key,
    stream   text   not null,
    revision bigint not null,
    id       uuid   not null,
    type     text   not null,
    data     jsonb  not null,
    metadata jsonb  not null,
    created  timestamptz not null default now(),
    unique (stream, revision)
  )`;

const INSERT = {
  name: 'append',
  text: 'insert into events (stream, revision, id, type, data, metadata) values ($1, $2, $3, $4, $5, $6) returning position',
};
