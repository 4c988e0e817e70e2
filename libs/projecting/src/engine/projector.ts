import { setTimeout as delay } from 'node:timers/promises';
import type { EventCodec, EventStore, NatsChannel, RelayProgress } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { type Notifications, Pipeline } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import type { AnyProjection } from '../projection';
import { CHANGED, type Place, WANTED } from './channels';
import { EventReader, type Incoming, type ReadingPath } from './event-reader';
import { Inbox } from './inbox';
import { install } from './installation';
import { openAll } from './opening';
import { Ownership } from './ownership';
import { furthest, rearmost } from './positions';
import { Rates } from './rates';
import { type Batch, Runner } from './runner';
import { Generation, Shard } from './shard';

export interface ProjectorOptions {
  readonly projections: readonly AnyProjection[];
  readonly partitions: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly notifications: Notifications;
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  /** Absent: the event store is followed directly. */
  readonly channel?: NatsChannel;
  /** Of the relay, while it runs in this process. */
  readonly relayProgress?: () => RelayProgress | undefined;
  readonly log: ProjectorLog;
}

/** What a projector has to say; pino's logger fits. */
export interface ProjectorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a worker tells of itself with every beat. */
export interface WorkerStatus {
  readonly path: ReadingPath;
  /** Position of the last event it read. */
  readonly position: string;
  readonly relay: { readonly sequence: number; readonly position: string } | null;
  /** Events handled in a second, by projection. */
  readonly rates: Readonly<Record<string, number>>;
}

const BATCH = 1_000;
const BEAT = 1_000;
const RETRY = 250;
const REMEMBERED_ROWS = 1_000;

/**
 * Runs this process's share of all projections: one reader of the store's events, fanned out to the shards it owns.
 * Shards that are behind catch up from the store on their own and then join.
 */
export class Projector {
  private readonly ownership: Ownership;
  private readonly pipeline: Pipeline;
  private readonly live: Runner;
  /** Each with the promise of its end. */
  private readonly catchingUp = new Map<Runner, Promise<void>>();
  private readonly inbox = new Inbox<Incoming>(BATCH * 4);
  private readonly stopping = new AbortController();
  private readonly rates = new Rates();
  private generations: Generation[] = [];
  private reader: EventReader | undefined;
  private running: Promise<unknown> | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.ownership = new Ownership(options.pool, newUuid());
    this.pipeline = new Pipeline(options.databaseUrl, ['synchronous_commit=off']);
    this.live = this.newRunner();
  }

  /** Which way events come just now. */
  get path(): ReadingPath {
    return this.reader?.path ?? 'store';
  }

  /** Installs projections not seen before and begins to run. Resolves when the first shards are claimed. */
  async start(): Promise<void> {
    const { pool, projections, partitions, notifications, eventStore, channel, log } = this.options;
    const standings = await install(pool, projections, partitions);
    this.generations = projections.flatMap((projection) => {
      const { standing, generation } = standings.get(projection.name) ?? { standing: 'changed', generation: 0 };
      if (standing === 'current') return [new Generation(projection, generation)];
      log.error(
        { projection: projection.name, standing },
        'Projection is not run: its definition is not what is installed',
      );
      return [];
    });
    const head = await eventStore.head();
    this.live.position = head;
    this.reader = new EventReader(
      {
        eventStore,
        channel,
        onPath: (path, reason) => {
          if (path === 'store' && channel) log.warn({ path, err: reason }, 'Following the event store directly');
          else log.info({ path }, 'Following events');
        },
      },
      head,
    );
    await notifications.listen(WANTED, { onNotification: (payload) => this.want(JSON.parse(payload)) });
    await notifications.listen(CHANGED, { onNotification: () => void this.beat() });
    await this.beat();
    await pool.query(`select pg_notify('${CHANGED}', '')`);
    this.running = Promise.all([this.read(this.reader), this.runLive(), this.keepBeating()]);
  }

  /** Writes what is in hand, lets go of all shards, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.inbox.poke();
    await this.running;
    await this.beating;
    await this.live.flush().catch(() => {});
    await this.ownership.leave().catch(() => {});
    await this.pipeline.close();
  }

  private async read(reader: EventReader): Promise<void> {
    for await (const incoming of reader.read(this.stopping.signal)) await this.inbox.put(incoming);
  }

  private async runLive(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const found = await this.inbox.take();
      await this.patiently(async () => this.live.apply(await this.batchOf(found, this.live.position)));
    }
  }

  /** Brings shards from where they stand to where the live reader is, and hands them over. */
  private async catchUp(runner: Runner): Promise<void> {
    const { signal } = this.stopping;
    while (runner.shards.size > 0 && !signal.aborted) {
      await this.patiently(() => this.replay(runner));
      for (const shard of runner.shards) {
        if (shard.position < this.live.position) continue;
        runner.shards.delete(shard);
        this.live.shards.add(shard);
      }
    }
    this.catchingUp.delete(runner);
    this.inbox.poke();
  }

  /** Applies everything from the rearmost of the runner's shards to the end of the store. */
  private async replay(runner: Runner): Promise<void> {
    const { eventStore } = this.options;
    const from = rearmost([...runner.shards].map(({ position }) => position)) ?? 0n;
    const head = furthest(await eventStore.head(), from);
    let previous = from;
    let found: Incoming[] = [];
    for await (const event of eventStore.readAll({ after: from })) {
      if (this.stopping.signal.aborted) return;
      found.push({ event, previous, sequence: null });
      previous = event.position;
      if (found.length < BATCH) continue;
      await runner.apply(await this.batchOf(found, previous));
      found = [];
    }
    await runner.apply(await this.batchOf(found, furthest(head, previous)));
  }

  /** Tries until it succeeds: PostgreSQL may be away for a while. */
  private async patiently(step: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        return await step();
      } catch (error) {
        this.options.log.warn({ err: error }, 'Projections wait for PostgreSQL');
        await delay(RETRY, undefined, { signal }).catch(() => {});
      }
    }
  }

  private async batchOf(found: readonly Incoming[], position: bigint): Promise<Batch> {
    const { codec, partitions, pool } = this.options;
    const last = found.at(-1);
    const events = found.length > 0 ? await openAll(codec, found, partitions, () => pool.query('select')) : [];
    return { events, upTo: furthest(position, last?.event.position ?? 0n), sequence: last?.sequence };
  }

  private async keepBeating(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(BEAT, undefined, { signal }).catch(() => {});
      this.rates.tick();
      await this.beat();
      this.inbox.poke();
    }
    await Promise.all(this.catchingUp.values());
  }

  /** Says that we live; takes and lets go of shards as the living workers come and go. */
  private beat(): Promise<void> {
    if (this.stopping.signal.aborted) return this.beating ?? Promise.resolve();
    this.beating ??= this.share()
      .catch((error) => this.options.log.warn({ err: error }, 'Projections cannot be shared out'))
      .finally(() => {
        this.beating = undefined;
      });
    return this.beating;
  }

  private async share(): Promise<void> {
    const living = await this.ownership.beat(this.status());
    const rows = await this.ownership.claim(this.generations, living);
    const ours = new Set(rows.map(placeOf));
    const running = new Set<string>();
    for (const { shards } of this.runners()) {
      for (const shard of shards) {
        const place = placeOf({ ...shard, projection: shard.projection.name, generation: shard.generation.number });
        if (ours.has(place)) running.add(place);
        else shards.delete(shard);
      }
    }
    const fresh = rows.filter((row) => !running.has(placeOf(row)));
    if (fresh.length === 0) return;
    const runner = this.newRunner();
    for (const { projection, generation: number, partition, position, skips } of fresh) {
      const generation = this.generations.find(
        ({ projection: { name }, number: n }) => name === projection && n === number,
      );
      if (generation) runner.shards.add(new Shard(generation, partition, position, skips));
    }
    this.catchingUp.set(runner, this.catchUp(runner));
  }

  /** Queries wait for these places: whoever owns them says when they are reached. */
  private want(places: readonly Place[]): void {
    for (const [projection, partition, position] of places) {
      for (const { shards } of this.runners()) {
        for (const shard of shards) {
          if (shard.projection.name !== projection || shard.partition !== partition) continue;
          shard.wanted = furthest(shard.wanted ?? 0n, BigInt(position));
        }
      }
    }
    this.inbox.poke();
  }

  private runners(): Runner[] {
    return [this.live, ...this.catchingUp.keys()];
  }

  private newRunner(): Runner {
    return new Runner({
      owner: this.ownership.worker,
      pipeline: this.pipeline,
      remembered: REMEMBERED_ROWS,
      onHandled: (projection, events) => this.rates.count(projection, events),
      onFailure: ({ projection, partition }, failure) =>
        this.options.log.error({ projection: projection.name, partition, failure }, 'A partition stopped'),
    });
  }

  private status(): WorkerStatus {
    const relay = this.options.relayProgress?.();
    return {
      path: this.path,
      position: `${this.live.position}`,
      relay: relay ? { sequence: relay.sequence, position: `${relay.position}` } : null,
      rates: this.rates.perSecond,
    };
  }
}

const placeOf = ({
  projection,
  generation,
  partition,
}: {
  projection: string;
  generation: number;
  partition: number;
}) => `${projection}:${generation}:${partition}`;
