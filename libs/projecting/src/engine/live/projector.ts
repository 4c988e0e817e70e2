import type { NatsChannel, RelayProgress } from '@yoyaku/eventing';
import { newUuid, sleep, type Uuid } from '@yoyaku/kernel';
import { type Notifications, Pipeline } from '@yoyaku/postgres';
import { runRebuild } from '../../rebuild';
import { rebuildNewer } from '../rebuild/rebuild-requests';
import { Rebuilder } from '../rebuild/rebuilder';
import { CHANGED, positionsIn, WANTED } from '../running/channels';
import { EventSource } from '../running/event-source';
import { Caution } from '../running/limited';
import type { ProjectorLog } from '../running/log';
import type { ReadModelOptions } from '../running/options';
import { type Batch, Runner } from '../running/runner';
import { type Outlet, PipelineStorage, type RowStorage } from '../running/storage';
import { definitionOf } from '../tables/definition';
import { install } from '../tables/installation';
import { EventReader, type Incoming, type ReadingPath } from './event-reader';
import { Inbox } from './inbox';
import { ShardOwnership } from './ownership';
import { Patience } from './patience';
import { Rates } from './rates';
import { shardLog } from './shard-log';
import { Shards } from './shards';
import { BEAT, Sharing, type WorkerStatus } from './sharing';
import { StoreWentBack } from './store-went-back';

export interface ProjectorOptions extends ReadModelOptions {
  readonly notifications: Notifications;
  /** Absent: the event store is followed directly. */
  readonly channel?: NatsChannel;
  /** The relay's progress, while it runs in this process. */
  readonly relayProgress?: () => RelayProgress | undefined;
  /** Takes the rows of tables that are handed on; absent: there are none. */
  readonly outlet?: Outlet;
  /** Does a rebuild, as `runRebuild`, which it is when absent, but elsewhere. */
  readonly rebuild?: (id: Uuid, signal: AbortSignal) => Promise<void>;
  /**
   * Called with the reason when this process cannot continue. If the engine's own tables were dropped, a restart makes
   * and fills them again. If the event store was set back, a restart says what to do.
   */
  readonly onUnfit?: (reason: Error) => void;
  readonly log: ProjectorLog;
}

const BATCH = 1_000;

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
  private readonly patience: Patience;
  private readonly sharing: Sharing;
  private readonly shardEvents: ReturnType<typeof shardLog>;
  private reader: EventReader | undefined;
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.ownership = new ShardOwnership(options.pool, newUuid(), options.codec.reads);
    this.pipeline = new Pipeline(options.databaseUrl, ['synchronous_commit=off']);
    this.storage = new PipelineStorage(this.pipeline, options.outlet);
    this.source = new EventSource({ ...options, check: () => options.pool.query('select') });
    this.patience = new Patience(options.log, this.stopping.signal);
    this.shardEvents = shardLog(options.log);
    this.shards = new Shards({
      projections: options.projections,
      source: this.source,
      newRunner: (limitsHandlers) => this.newRunner(limitsHandlers),
      patiently: (step) => this.patience.repeat(step),
      signal: this.stopping.signal,
      onJoined: () => this.inbox.poke(),
    });
    this.sharing = new Sharing({
      ...options,
      ownership: this.ownership,
      definitions: options.projections.map(definitionOf),
      shards: this.shards,
      status: () => this.status(),
      signal: this.stopping.signal,
    });
  }

  /** The path on which events come now. */
  get path(): ReadingPath {
    return this.reader?.path ?? 'store';
  }

  /** Whether it stands still because this process lacks a master key. */
  get lacksMasterKey(): boolean {
    return this.patience.lacksMasterKey;
  }

  /**
   * Installs projections not seen before, or has them built, and begins to run. Resolves when the first shards are
   * claimed.
   */
  async start(): Promise<void> {
    const { pool, projections, partitions, notifications, eventStore, channel, outlet, log } = this.options;
    const head = await eventStore.head();
    const standings = await install(pool, projections, partitions, head, async ({ name, startsAt }) =>
      startsAt === 'beginning' ? 0n : ((await outlet?.reachedBy(name)) ?? head),
    );
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
    await notifications.listen(CHANGED, { onNotification: () => void this.sharing.beat() });
    await this.sharing.beat();
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
      this.keepSharing(),
      rebuilder.run(this.stopping.signal),
    ]);
  }

  /** Writes the work in progress, releases all shards, and ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.inbox.end();
    await this.running;
    await this.sharing.leave();
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
      await this.patience.repeat(async () => this.shards.live.apply(await this.batchOf(found)));
    }
  }

  private async batchOf(found: readonly Incoming[]): Promise<Batch> {
    const last = found.at(-1);
    const upTo = last?.event.position ?? this.shards.live.taken;
    return { events: await this.source.open(found), upTo, sequence: last?.sequence };
  }

  private async keepSharing(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(BEAT, { signal });
      this.rates.tick();
      await this.sharing.beat();
      this.inbox.poke();
    }
    await this.shards.settled();
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
      pause: () => this.sharing.sayAlive(),
      owner: this.ownership.worker,
      storage: this.storage,
      onHandled: (projection, events) => this.rates.count(projection, events),
      reads: this.options.codec.reads,
      ...this.shardEvents,
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
