import { NatsChannel, Relay } from '@yoyaku/eventing';
import { whileHolding } from '@yoyaku/postgres';
import {
  type AnyProjection,
  ProjectionAdmin,
  Projector,
  type ProjectorOptions,
  type ReadingPath,
} from '@yoyaku/projecting';
import type { Logger } from 'pino';
import { type ConnectionOptions, connect } from './connections';

export interface ProjectorProcessOptions extends ConnectionOptions, Pick<ProjectorOptions, 'rebuild' | 'onUnfit'> {
  /** Empty: there is no NATS, and no relay. */
  readonly natsUrl: string;
  readonly jetStream: string;
  /** 32 bytes that messages to NATS are signed with. */
  readonly relayKey: Buffer;
  readonly partitions: number;
  readonly projections: readonly AnyProjection[];
  readonly logger: Logger;
}

/** A running projector with all that it stands on. */
export interface ProjectorProcess {
  readonly admin: ProjectionAdmin;
  /** What it cannot do without and lacks (servers that do not answer, a master key), which way events come, and whether it relays. */
  check(): Promise<{ missing: readonly string[]; path: ReadingPath; relaying: boolean }>;
  /** How many events of others it passed over in following the store. */
  passedOver(): number;
  /** Ends within seconds: what is in hand is written, shards and the relay's lock are let go. */
  stop(): Promise<void>;
}

/** Runs projections and, where there is NATS and no other projector does it, the relay. */
export async function startProjector(options: ProjectorProcessOptions): Promise<ProjectorProcess> {
  const { databaseUrl, projections, partitions, logger } = options;
  const connections = await connect({ ...options, report: (trouble, err) => logger.warn({ err }, trouble) });
  const { pool, eventStore } = connections;
  const channel = options.natsUrl
    ? new NatsChannel({
        url: options.natsUrl,
        stream: options.jetStream,
        partitions,
        key: options.relayKey,
        onUnreached: (err) => logger.warn({ err }, 'NATS, as NATS_URL names it, cannot be reached'),
        onRefused: (count) => {
          if (isRound(count)) logger.warn({ count }, 'Messages that NATS brought were not published by our relay');
        },
      })
    : undefined;
  const relay =
    channel &&
    new Relay({
      eventStore,
      channel,
      onError: (err) => logger.warn({ err }, 'The relay begins anew, until it succeeds'),
      onMended: (failures) => logger.info({ failures }, 'The relay goes on'),
    });
  const projector = new Projector({
    ...connections,
    projections,
    partitions,
    databaseUrl,
    channel,
    relayProgress: () => relay?.progress,
    rebuild: options.rebuild,
    onUnfit: options.onUnfit,
    log: logger,
  });
  await projector.start();

  const stopping = new AbortController();
  const onError = (err: unknown) => logger.warn({ err }, 'The lock of the relay is lost');
  const relaying =
    relay &&
    whileHolding({ url: databaseUrl, lock: 'yoyaku.relay', signal: stopping.signal, onError }, (signal) => {
      logger.info({}, 'Relaying');
      return relay.run(signal);
    });

  return {
    admin: new ProjectionAdmin(pool),
    check: async () => {
      const answers = Object.entries({ postgres: pool.query('select'), eventStore: eventStore.ping() });
      const missing = answers.map(([name, answer]) =>
        answer.then(
          () => [],
          () => [name],
        ),
      );
      return {
        missing: [...(await Promise.all(missing)).flat(), ...(projector.lacksMasterKey ? ['masterKey'] : [])],
        path: projector.path,
        relaying: relay?.progress !== undefined,
      };
    },
    passedOver: () => eventStore.passedOver,
    stop: async () => {
      stopping.abort();
      await relaying;
      await projector.stop();
      await channel?.close();
      await connections.close();
    },
  };
}

/** 1, 10, 100 …: what may come in floods is logged ever more rarely. */
const isRound = (count: number): boolean => Number.isInteger(Math.log10(count));
