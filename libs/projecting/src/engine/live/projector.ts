import { MasterKeyMissing, type NatsChannel, type RelayProgress } from '@yoyaku/eventing';
import { type Instant, newUuid, sleep, type Uuid } from '@yoyaku/kernel';
import { type Notifications, outcomeOf, Pipeline, sqlStateOf } from '@yoyaku/postgres';
import { runRebuild } from '../../rebuild';
import { rebuildNewer } from '../rebuild/rebuild-requests';
import { Rebuilder } from '../rebuild/rebuilder';
import { CHANGED, positionsIn, WANTED } from '../running/channels';
import { EventSource } from '../running/event-source';
import { Caution } from '../running/limited';
import type { ProjectorLog } from '../running/log';
import type { ReadModelOptions } from '../running/options';
import { isPassing } from '../running/passing';
import { type Batch, Runner } from '../running/runner';
import { PipelineStorage, type RowStorage } from '../running/storage';
import { type Definition, definitionOf } from '../tables/definition';
import { install } from '../tables/installation';
import { EventReader, type Incoming, type ReadingPath } from './event-reader';
import { Inbox } from './inbox';
import { ShardOwnership } from './ownership';
import { Rates } from './rates';
import { Shards } from './shards';
import { StoreWentBack } from './store-went-back';

export interface ProjectorOptions extends ReadModelOptions {
  readonly notifications: Notifications;
  /** Absent: the event store is followed directly. */
  readonly channel?: NatsChannel;
  /** The relay's progress, while it runs in this process. */
  readonly relayProgress?: () => RelayProgress | undefined;
  /** Does a rebuild, as `runRebuild`, which it is when absent, but elsewhere. */
  readonly rebuild?: (id: Uuid, signal: AbortSignal) => Promise<void>;
  /**
   * Called with the reason when this process cannot continue. If the engine's own tables were dropped, a restart makes
   * and fills them again. If the event store was set back, a restart says what to do.
   */
  readonly onUnfit?: (reason: Error) => void;
  readonly log: ProjectorLog;
}

/** The status that a worker publishes with every heartbeat. */
export interface WorkerStatus {
  readonly path: ReadingPath;
  /** Position of the last event it read. */
  readonly position: string;
  /** Position up to which all its shards are written, except for those that catch up. */
  readonly applied: string;
  /** In JetStream, of what stands at `applied`. */
  readonly sequence: number | null;
  /** When the first event occurred that is read but not yet written; null if all are written. */
  readonly waitingSince: Instant | null;
  /** Shards that catch up, such as `bookings:3`. */
  readonly catchingUp: readonly string[];
  readonly relay: { readonly sequence: number; readonly position: string } | null;
  /** Events handled in a second, by projection. */
  readonly rates: Readonly<Record<string, number>>;
}

const BATCH = 1_000;
const BEAT = 1_000;
const RETRY = 250;
/** SQLSTATEs of a table, or a schema, that is not there. */
const DROPPED = new Set<string | undefined>(['42P01', '3F000']);

/** Runs this process's share of all projections: one reader of all events, which go to the shards that it owns. */
export class Projector {
  private readonly ownership: ShardOwnership;
  private readonly pipeline: Pipeline;
  private readonly storage: RowStorage;
  private readonly shards: Shards;
  private readonly inbox = new Inbox<Incoming>(BATCH * 4);
  private readonly stopping = new AbortController();
  private readonly rates = new Rates();
  private readonly source: EventSource;
  private readonly caution = new Caution();
  /** Projections of this build that are installed, or may be installed later. */
  private readonly definitions: readonly Definition[];
  /** Ids of events that the log has said of that a newer build is needed. */
  private readonly unreadable = new Set<string>();
  /** Steps that fail because this process lacks a master key. */
  private readonly locked = new Set<object>();
  private reader: EventReader | undefined;
  private running: Promise<unknown> | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.ownership = new ShardOwnership(options.pool, newUuid(), options.codec.reads);
    this.pipeline = new Pipeline(options.databaseUrl, ['synchronous_commit=off']);
    this.storage = new PipelineStorage(this.pipeline);
    this.source = new EventSource({ ...options, check: () => options.pool.query('select') });
    this.definitions = options.projections.map(definitionOf);
    this.shards = new Shards({
      projections: options.projections,
      source: this.source,
      newRunner: (limitsHandlers) => this.newRunner(limitsHandlers),
      patiently: (step) => this.patiently(step),
      signal: this.stopping.signal,
      onJoined: () => this.inbox.poke(),
    });
  }

  /** The path on which events come now. */
  get path(): ReadingPath {
    return this.reader?.path ?? 'store';
  }

  /** Whether it stands still because this process lacks a master key. */
  get lacksMasterKey(): boolean {
    return this.locked.size > 0;
  }

  /**
   * Installs projections not seen before, or has them built, and begins to run. Resolves when the first shards are
   * claimed.
   */
  async start(): Promise<void> {
    const { pool, projections, partitions, notifications, eventStore, channel, log } = this.options;
    const head = await eventStore.head();
    const standings = await install(pool, projections, partitions, head);
    for (const [{ name, version }, standing] of standings) {
      if (standing === 'changed') {
        log.error({ projection: name, version }, 'Not run: its definition was changed without a new version');
      }
    }
    await this.refuseOlderStore();
    await rebuildNewer(
      pool,
      projections.filter((projection) => standings.get(projection) === 'newer'),
    );
    this.shards.live.taken = head;
    this.shards.live.applied = head;
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
    await notifications.listen(WANTED, { onNotification: (payload) => this.want(payload) });
    await notifications.listen(CHANGED, { onNotification: () => void this.beat() });
    await this.beat();
    await pool.query(`select pg_notify('${CHANGED}', '')`);
    const here = (id: Uuid, signal: AbortSignal) => runRebuild(this.options, id, signal);
    const rebuilder = new Rebuilder({
      ...this.options,
      reads: this.options.codec.reads,
      rebuild: this.options.rebuild ?? here,
    });
    this.running = Promise.all([
      this.read(this.reader).catch((error) => this.options.onUnfit?.(error)),
      this.runLive(),
      this.keepBeating(),
      rebuilder.run(this.stopping.signal),
    ]);
  }

  /** Writes the work in progress, releases all shards, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.inbox.end();
    await this.running;
    await this.beating;
    await this.shards.live.flush().catch(() => {});
    await this.ownership.leave().catch(() => {});
    await this.pipeline.close();
  }

  /** Throws {@link StoreWentBack}. */
  private async refuseOlderStore(): Promise<void> {
    const { pool, eventStore } = this.options;
    const { rows } = await pool.query<{ position: string | null }>(
      'select max(position)::text as position from projecting.checkpoints',
    );
    const position = BigInt(rows[0]?.position ?? 0);
    const head = await eventStore.head({ system: true });
    if (head < position) throw new StoreWentBack(position, head);
  }

  private async read(reader: EventReader): Promise<void> {
    for await (const incoming of reader.read(this.stopping.signal)) await this.inbox.put(incoming);
  }

  private async runLive(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const found = await this.inbox.take();
      await this.patiently(async () => this.shards.live.apply(await this.batchOf(found)));
    }
  }

  /** Repeats a step until it succeeds or `signal` aborts: PostgreSQL or the event store may be down for a while. */
  private async patiently(step: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await step();
        this.locked.delete(step);
        return;
      } catch (error) {
        if (error instanceof MasterKeyMissing) {
          if (!this.locked.has(step))
            this.options.log.error({ err: error }, 'Projections wait for a master key, which a new start must bring');
          this.locked.add(step);
        } else if (isPassing(error))
          this.options.log.warn({ err: error }, 'Projections wait for PostgreSQL or the event store');
        else this.options.log.error({ err: error }, 'Projections stand still because of a fault');
        if (outcomeOf(error) !== 'conflict') await sleep(RETRY, { signal });
      }
    }
  }

  private async batchOf(found: readonly Incoming[]): Promise<Batch> {
    const last = found.at(-1);
    const upTo = last?.event.position ?? this.shards.live.taken;
    return { events: await this.source.open(found), upTo, sequence: last?.sequence };
  }

  private async keepBeating(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(BEAT, { signal });
      this.rates.tick();
      await this.beat();
      this.inbox.poke();
    }
    await this.shards.settled();
  }

  /** Publishes a heartbeat, and takes or releases shards as workers come and go. */
  private beat(): Promise<void> {
    if (this.stopping.signal.aborted) return this.beating ?? Promise.resolve();
    this.beating ??= this.share()
      .catch((error) => {
        this.options.log.warn({ err: error }, 'Projections cannot be shared out');
        if (DROPPED.has(sqlStateOf(error)))
          this.options.onUnfit?.(new Error('The read models were dropped', { cause: error }));
      })
      .finally(() => {
        this.beating = undefined;
      });
    return this.beating;
  }

  private async share(): Promise<void> {
    const living = await this.ownership.beat(this.definitions, this.status());
    this.shards.keep(await this.ownership.claim(this.definitions, living));
  }

  /** Gives up soon if PostgreSQL does not answer. */
  private async sayAlive(): Promise<void> {
    const beating = this.ownership.beat(this.definitions, this.status()).catch(() => {});
    await Promise.race([beating, sleep(BEAT, { ref: false })]);
  }

  private want(message: string): void {
    this.shards.want(positionsIn(message));
    this.inbox.poke();
  }

  private newRunner(limitsHandlers: boolean): Runner {
    return new Runner({
      traced: true,
      limitsHandlers,
      caution: this.caution,
      pause: () => this.sayAlive(),
      owner: this.ownership.worker,
      storage: this.storage,
      onHandled: (projection, events) => this.rates.count(projection, events),
      reads: this.options.codec.reads,
      onFailure: ({ projection, partition }, failure, { event }, party) => {
        const { tenantId: tenant, correlationId, causationId } = event;
        const about = { projection: projection.name, partition, tenant, correlationId, causationId, failure };
        this.options.log.error(about, party === undefined ? 'A partition stopped' : 'A tenant stopped');
      },
      onUnreadable: ({ projection, partition }, event) => {
        if (this.unreadable.has(event.eventId)) return;
        this.unreadable.add(event.eventId);
        this.options.log.warn({ projection: projection.name, partition, event }, 'An event needs a newer build');
      },
      onFault: ({ projection, partition }, err) =>
        this.options.log.error(
          { projection: projection.name, partition, err },
          'A partition begins anew after a fault',
        ),
    });
  }

  private status(): WorkerStatus {
    const relay = this.options.relayProgress?.();
    return {
      path: this.path,
      position: `${this.shards.live.taken}`,
      applied: `${this.shards.live.applied}`,
      sequence: this.shards.live.appliedSequence,
      waitingSince: this.shards.live.waitingSince ?? null,
      catchingUp: this.shards.behind,
      relay: relay ? { sequence: relay.sequence, position: `${relay.position}` } : null,
      rates: this.rates.perSecond,
    };
  }
}
