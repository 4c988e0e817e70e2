import { NatsChannel, Relay } from '@yoyaku/eventing';
import { whileHolding } from '@yoyaku/postgres';
import {
  type AnyProjection,
  ProjectionAdmin,
  Projector,
  type ProjectorOptions,
  type ReadingPath,
} from '@yoyaku/projecting';
import { JobWriter } from '@yoyaku/reacting';
import type { Logger } from 'pino';
import { type ConnectionOptions, connect } from './connections';

export interface ProjectorProcessOptions extends ConnectionOptions, Pick<ProjectorOptions, 'rebuild' | 'onUnfit'> {
  /** Empty: there is no NATS, and no relay. */
  readonly natsUrl: string;
  readonly jetStream: string;
  /** 32 bytes with which messages to NATS are signed. */
  readonly relayKey: Buffer;
  readonly partitions: number;
  readonly projections: readonly AnyProjection[];
  readonly logger: Logger;
}

/** A running projector with its connections. */
export interface ProjectorProcess {
  readonly admin: ProjectionAdmin;
  /**
   * What is missing (servers that do not answer, a master key), the path on which events come, and whether it relays.
   */
  check(): Promise<{ missing: readonly string[]; path: ReadingPath; relaying: boolean }>;
  /** How many events of other applications it skipped while following the store. */
  passedOver(): number;
  /** Ends within seconds: writes the work in progress, and releases its shards and the relay's lock. */
  stop(): Promise<void>;
}

/** Runs projections, and the relay if there is NATS and no other projector runs it. */
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
        onUnreached: (err) => logger.warn({ err }, 'NATS cannot be reached at NATS_URL'),
        onRefused: (count) => {
          if (isPowerOfTen(count)) logger.warn({ count }, 'NATS delivered messages that our relay did not publish');
        },
      })
    : undefined;
  const relay =
    channel &&
    new Relay({
      eventStore,
      channel,
      onError: (err) => logger.warn({ err }, 'The relay failed and starts again'),
      onMended: (failures) => logger.info({ failures }, 'The relay works again'),
    });
  const outlet = new JobWriter(databaseUrl, pool, projections);
  await outlet.start();
  const projector = new Projector({
    ...connections,
    projections,
    partitions,
    databaseUrl,
    channel,
    outlet,
    relayProgress: () => relay?.progress,
    rebuild: options.rebuild,
    onUnfit: options.onUnfit,
    log: logger,
  });
  await projector.start();

  const stopping = new AbortController();
  const onError = (err: unknown) => logger.warn({ err }, 'The relay lost its lock');
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

/** 1, 10, 100 …: messages that may come in great numbers are logged more and more rarely. */
const isPowerOfTen = (count: number): boolean => Number.isInteger(Math.log10(count));
