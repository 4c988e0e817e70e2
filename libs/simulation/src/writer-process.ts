import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BookingModule } from '@yoyaku/booking';
import { aggregates, type Config, CoreModule, readConfig } from '@yoyaku/composition';
import { Commands, EventCodec, EventStoreDb, type NewEvent, PostgresSubjectKeys } from '@yoyaku/eventing';
import { IdentityModule } from '@yoyaku/identity';
import { localDate, now, plusDays } from '@yoyaku/kernel';
import { NotificationsModule } from '@yoyaku/notifications';
import { createPool, Notifications } from '@yoyaku/postgres';
import { Life } from './life';
import { Random } from './random';
import { Performance, recordScripts, type Script } from './script';

export interface WriterPlan {
  /** Of the installation that is written for. */
  readonly environment: Readonly<Record<string, string>>;
  /** An event store for the lives that are led once and then played again; nothing in it is kept. */
  readonly rehearsalUrl: string;
  readonly events: number;
  /** How long a life is; short ones take less time to be led and are played more often. */
  readonly days: number;
}

const LIVES = 4;
/** So many scripts are played side by side, as the events of tenants come side by side; each holds some MiB. */
const AT_ONCE = 20;
/** Appends on their way to the event store. */
const UNANSWERED = 500;
const APPEND_MS = 60_000;

@Module({})
class WriterModule {}

/**
 * Leads a few lives through the application's services, then plays their commands again and again with other ids
 * through the deciders, into the installation's event store, until it has got so many events.
 */
async function write({ environment, rehearsalUrl, events, days }: WriterPlan): Promise<void> {
  const config = readConfig(environment);
  const scripts = await leadLives({ ...config, eventStoreUrl: rehearsalUrl }, days);
  const pool = createPool(config.databaseUrl);
  const notifications = new Notifications(config.databaseUrl);
  const keys = new PostgresSubjectKeys(pool, config.piiMasterKey);
  await keys.cacheWhileHearing(notifications);
  const codec = new EventCodec(aggregates, keys);
  const store = new EventStoreDb(config.eventStoreUrl, { prefix: config.eventStorePrefix });
  /** The last append to each stream: the next one waits for it. */
  const appends = new Map<string, Promise<void>>();
  let unanswered = 0;
  let written = 0;
  const append = (stream: string, revision: number, added: readonly NewEvent[]) => {
    const before = appends.get(stream);
    const expected = revision < 0 ? 'no_stream' : revision;
    const appendInTurn = async () => {
      await before;
      await store.append(stream, expected, added, APPEND_MS);
    };
    appends.set(stream, appendInTurn());
    unanswered += 1;
    written += added.length;
  };
  const untilAnswered = async () => {
    await Promise.all(appends.values());
    appends.clear();
    unanswered = 0;
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
      if (unanswered >= UNANSWERED) await untilAnswered();
    }
  }
  await untilAnswered();
  await store.close();
  await notifications.close();
  await pool.end();
}

/** All commands that came up in them. */
async function leadLives(config: Config, days: number): Promise<Script[]> {
  const imports = [
    CoreModule.forRoot(config),
    IdentityModule.forRoot(config),
    NotificationsModule.forRoot(config),
    BookingModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: WriterModule, imports },
    { logger: ['error', 'warn'] },
  );
  const commands = app.get(Commands);
  const scripts = recordScripts(commands);
  const first = plusDays(localDate(now(), 'UTC'), -days);
  await Promise.all(
    Array.from({ length: LIVES }, async (_, seed) => {
      const life = new Life(commands, new Random(seed), first);
      await life.found();
      for (let day = 0; day < days; day++) await life.nextDay();
    }),
  );
  await app.close();
  return scripts();
}

process.on('message', (plan: WriterPlan) => {
  void write(plan).then(() => process.send?.({}));
});
