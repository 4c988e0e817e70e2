import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BookingModule, Bookings } from '@yoyaku/booking';
import { aggregates, type Config, CoreModule, readConfig } from '@yoyaku/composition';
import { Commands, EventCodec, type NewEvent } from '@yoyaku/eventing';
import { localDate, now, plusDays } from '@yoyaku/kernel';
import { createPool, Notifications, PostgresSubjectKeys } from '@yoyaku/postgres';
import { Random } from '../../apps/dev/faults/random';
import { startEventNode } from '../../apps/event-node/src/event-node';
import type { ProposedEvent } from '../../apps/event-node/src/protocol/event-frame';
import { Store } from '../../apps/event-node/src/store/store';
import { Life } from './life';
import { Performance, recordScripts, type Script } from './script';

export interface WriterPlan {
  /** Of the installation that is written for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of its event-node, which must not run. */
  readonly folder: string;
  readonly events: number;
  /** How long a life is; short ones take less time to be led and are played more often. */
  readonly days: number;
}

const LIVES = 4;
/** So many scripts are played side by side, as the events of tenants come side by side; each holds some MiB. */
const AT_ONCE = 20;
const UNWRITTEN = 2_000;

@Module({})
class WriterModule {}

/**
 * Leads a few lives through the application's services, then plays their commands again and again with other ids
 * through the deciders, straight into the files of an event-node, until these hold so many events.
 */
async function write({ environment, folder, events, days }: WriterPlan): Promise<void> {
  const config = readConfig(environment);
  const scripts = await leadLives(config, days);
  const pool = createPool(config.databaseUrl);
  const notifications = new Notifications(config.databaseUrl);
  const keys = new PostgresSubjectKeys(pool, config.piiMasterKey);
  await keys.cacheWhileHearing(notifications);
  const codec = new EventCodec(aggregates, keys);
  const store = new Store({ folder });
  const writing: Promise<unknown>[] = [];
  let written = 0;
  const append = (stream: string, expected: number, added: readonly NewEvent[]) => {
    const change = { kind: 'append' as const, events: added.map(toProposed) };
    writing.push(store.queue.write({ stream, expected, change, isAbandoned: () => false }).then(ensureWritten));
    written += added.length;
  };
  for (let first = 0; written < events; first += AT_ONCE) {
    let playing = Array.from({ length: AT_ONCE }, (_, i) => {
      const number = first + i;
      return new Performance(scripts[number % LIVES] as Script, number, codec, append);
    });
    for (let index = 0; playing.length > 0 && written < events; index++) {
      const goingOn: Performance[] = [];
      for (const performance of playing) if (await performance.play(index)) goingOn.push(performance);
      playing = goingOn;
      if (writing.length >= UNWRITTEN) await Promise.all(writing.splice(0));
    }
  }
  await Promise.all(writing);
  await store.close();
  await notifications.close();
  await pool.end();
}

/** All commands that came up in them. */
async function leadLives(config: Config, days: number): Promise<Script[]> {
  const node = await startEventNode({ port: 0, inMemory: true });
  const app = await NestFactory.createApplicationContext(
    { module: WriterModule, imports: [CoreModule.forRoot({ ...config, eventStoreUrl: node.url }), BookingModule] },
    { logger: ['error', 'warn'] },
  );
  const commands = app.get(Commands);
  const scripts = recordScripts(commands);
  const services = { bookings: app.get(Bookings), commands };
  const first = plusDays(localDate(now(), 'UTC'), -days);
  await Promise.all(
    Array.from({ length: LIVES }, async (_, seed) => {
      const life = new Life(services, new Random(seed), first);
      await life.found();
      for (let day = 0; day < days; day++) await life.nextDay();
    }),
  );
  await app.close();
  await node.close();
  return scripts();
}

const toProposed = ({ id, type, data, metadata }: NewEvent): ProposedEvent => ({
  id,
  type: Buffer.from(type),
  contentType: Buffer.from('application/json'),
  data: Buffer.from(JSON.stringify(data)),
  customMetadata: Buffer.from(JSON.stringify(metadata)),
});

function ensureWritten({ kind }: { readonly kind: string }): void {
  if (kind !== 'written') throw new Error(`An append ended as ${kind}`);
}

process.on('message', (plan: WriterPlan) => {
  void write(plan).then(() => process.send?.({}));
});
