import { setTimeout as delay } from 'node:timers/promises';
import type { EventCodec, EventStore, NatsChannel, RelayProgress } from '@yoyaku/eventing';
import { type Instant, newUuid, type Uuid } from '@yoyaku/kernel';
import { type Notifications, Pipeline } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import type { AnyProjection } from '../projection';
import { runRebuild } from '../rebuild';
import { CHANGED, WANTED, type Place as WantedPlace } from './channels';
import { type Definition, definitionOf } from './definition';
import { EventReader, type Incoming, type ReadingPath } from './event-reader';
import { EventSource } from './event-source';
import { Inbox } from './inbox';
import { install } from './installation';
import type { ProjectorLog } from './log';
import { Ownership, type Place } from './ownership';
import { furthest, rearmost } from './positions';
import { Rates } from './rates';
import { rebuildNewer } from './rebuild-requests';
import { Rebuilder } from './rebuilder';
import { type Batch, Runner } from './runner';
import { Generation, Shard } from './shard';
import { PipelineStorage, type RowStorage } from './storage';

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
  /** Does a rebuild, as `runRebuild`, which it is when absent, but elsewhere. */
  readonly rebuild?: (id: Uuid, signal: AbortSignal) => Promise<void>;
  /** Told when the engine's own tables were dropped under it: a new start makes them again, and fills them. */
  readonly onDropped?: () => void;
  readonly log: ProjectorLog;
}

/** What a worker tells of itself with every beat. */
export interface WorkerStatus {
  readonly path: ReadingPath;
  /** Position of the last event it read. */
  readonly position: string;
  /** Up to here it has written what it read, for all its shards but those that catch up. */
  readonly applied: string;
  /** In JetStream, of what stands at `applied`. */
  readonly sequence: number | null;
  /** When the first event occurred that is read and not written; null when all is. */
  readonly waitingSince: Instant | null;
  /** Shards on their way from where they stood, as `bookings:3`. */
  readonly catchingUp: readonly string[];
  readonly relay: { readonly sequence: number; readonly position: string } | null;
  /** Events handled in a second, by projection. */
  readonly rates: Readonly<Record<string, number>>;
}

const BATCH = 1_000;
const BEAT = 1_000;
const RETRY = 250;
/** SQLSTATEs of a table, or a schema, that is not there. */
const DROPPED = new Set(['42P01', '3F000']);
const REMEMBERED_ROWS = 1_000;

/**
 * Runs this process's share of all projections: one reader of the store's events, fanned out to the shards it owns.
 * Shards that are behind catch up from the store on their own and then join.
 */
export class Projector {
  private readonly ownership: Ownership;
  private readonly pipeline: Pipeline;
  private readonly storage: RowStorage;
  private readonly live: Runner;
  /** Each with the promise of its end. */
  private readonly catchingUp = new Map<Runner, Promise<void>>();
  private readonly inbox = new Inbox<Incoming>(BATCH * 4);
  private readonly stopping = new AbortController();
  private readonly rates = new Rates();
  private readonly source: EventSource;
  /** Those of this build that are installed, or may come to be. */
  private readonly definitions: readonly Definition[];
  private readonly generations = new Map<string, Generation>();
  private reader: EventReader | undefined;
  private running: Promise<unknown> | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.ownership = new Ownership(options.pool, newUuid());
    this.pipeline = new Pipeline(options.databaseUrl, ['synchronous_commit=off']);
    this.storage = new PipelineStorage(this.pipeline);
    this.source = new EventSource({ ...options, check: () => options.pool.query('select') });
    this.definitions = options.projections.map(definitionOf);
    this.live = this.newRunner();
  }

  /** Which way events come just now. */
  get path(): ReadingPath {
    return this.reader?.path ?? 'store';
  }

  /** Installs projections not seen before, or has them built, and begins to run. Resolves when the first shards are claimed. */
  async start(): Promise<void> {
    const { pool, projections, partitions, notifications, eventStore, channel, log } = this.options;
    const head = await eventStore.head();
    const standings = await install(pool, projections, partitions, head);
    for (const [{ name, version }, standing] of standings) {
      if (standing === 'changed') {
        log.error({ projection: name, version }, 'Not run: its definition was changed without a new version');
      }
    }
    await rebuildNewer(
      pool,
      projections.filter((projection) => standings.get(projection) === 'newer'),
    );
    this.live.position = head;
    this.live.applied = head;
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
    const here = (id: Uuid, signal: AbortSignal) => runRebuild(this.options, id, signal);
    const rebuilder = new Rebuilder({ ...this.options, rebuild: this.options.rebuild ?? here });
    this.running = Promise.all([
      this.read(this.reader),
      this.runLive(),
      this.keepBeating(),
      rebuilder.run(this.stopping.signal),
    ]);
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
      await this.patiently(async () => this.live.apply(await this.batchOf(found)));
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

  private async replay(runner: Runner): Promise<void> {
    const from = rearmost([...runner.shards].map(({ position }) => position)) ?? 0n;
    for await (const batch of this.source.batches(from, BATCH)) {
      if (this.stopping.signal.aborted) return;
      await runner.apply(batch);
    }
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

  private async batchOf(found: readonly Incoming[]): Promise<Batch> {
    const last = found.at(-1);
    const upTo = last?.event.position ?? this.live.position;
    return { events: await this.source.open(found), upTo, sequence: last?.sequence };
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
      .catch((error) => {
        this.options.log.warn({ err: error }, 'Projections cannot be shared out');
        if (DROPPED.has(error?.code)) this.options.onDropped?.();
      })
      .finally(() => {
        this.beating = undefined;
      });
    return this.beating;
  }

  private async share(): Promise<void> {
    const living = await this.ownership.beat(this.definitions, this.status());
    const rows = await this.ownership.claim(this.definitions, living);
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
    for (const row of fresh) {
      const generation = this.generation(row);
      if (generation) runner.shards.add(new Shard({ ...row, generation, remembered: REMEMBERED_ROWS }));
    }
    this.catchingUp.set(runner, this.catchUp(runner));
  }

  private generation({ projection: name, generation: number }: Place): Generation | undefined {
    const known = this.generations.get(name);
    if (known?.number === number) return known;
    const projection = this.options.projections.find((one) => one.name === name);
    const generation = projection && new Generation(projection, number);
    if (generation) this.generations.set(name, generation);
    return generation;
  }

  /** Queries wait for these places: whoever owns them says when they are reached. */
  private want(places: readonly WantedPlace[]): void {
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
      storage: this.storage,
      onHandled: (projection, events) => this.rates.count(projection, events),
      onFailure: ({ projection, partition }, failure, { event: { tenantId: tenant, correlationId, causationId } }) => {
        const about = { projection: projection.name, partition, tenant, correlationId, causationId, failure };
        this.options.log.error(about, 'A partition stopped');
      },
    });
  }

  private status(): WorkerStatus {
    const relay = this.options.relayProgress?.();
    return {
      path: this.path,
      position: `${this.live.position}`,
      applied: `${this.live.applied}`,
      sequence: this.live.appliedSequence,
      waitingSince: this.live.waitingSince ?? null,
      catchingUp: [...this.catchingUp.keys()].flatMap(({ shards }) =>
        [...shards].map(({ projection, partition }) => `${projection.name}:${partition}`),
      ),
      relay: relay ? { sequence: relay.sequence, position: `${relay.position}` } : null,
      rates: this.rates.perSecond,
    };
  }
}

const placeOf = ({ projection, generation, partition }: Place) => `${projection}:${generation}:${partition}`;
