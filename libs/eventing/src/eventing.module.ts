import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AggregateStore } from './aggregates/aggregate-store';
import { KeyedNames } from './aggregates/reservation';
import { AggregateCommandHandler } from './commands/aggregate-command';
import { type CommandOutcome, CommandWatch } from './commands/command-watch';
import { Commands } from './commands/commands';
import { type AnyAggregate, EventCodec } from './envelope/event-codec';
import { SUBJECT_KEYS, type SubjectKeys } from './envelope/pii';
import { categoryOf } from './envelope/stored-event';
import type { Report } from './store/eventstoredb/connection';
import { EventStoreDb } from './store/eventstoredb/eventstoredb';
import { SubjectErasure } from './store/subject-erasure';

export interface EventingMetrics {
  /** A command has ended; `command` is its name. */
  command(command: string, outcome: CommandOutcome, seconds: number): void;
  /** An append was refused because its stream had moved. */
  conflict(category: string): void;
  /** A snapshot was not used, because it is not to be trusted. */
  snapshotRefused(category: string): void;
  /** Events of others are passed over; how many so far, `count` tells. */
  passedOver(count: () => number): void;
}

export interface EventingOptions {
  /** `esdb://…` connection string. */
  readonly eventStoreUrl: string;
  /** What the names of our streams begin with in the store; absent: nothing. */
  readonly eventStorePrefix?: string;
  readonly aggregates: readonly AnyAggregate[];
  readonly subjectKeys: SubjectKeys;
  /** 32 bytes that snapshots are sealed with. */
  readonly snapshotKey: Buffer;
  /** Root of keyed hashes. */
  readonly appSecret: string;
  readonly metrics?: EventingMetrics;
  /** Whether states that are loaded are kept current in memory, which costs a look at every event; true when absent. */
  readonly follow?: boolean;
}

const FOLLOW = Symbol('follow');

/** The write side: event store, aggregates and the command bus, for every module of the application. */
@Module({})
export class EventingModule implements OnApplicationShutdown {
  private readonly following = new AbortController();

  constructor(
    private readonly eventStore: EventStoreDb,
    aggregates: AggregateStore,
    @Inject(FOLLOW) follow: boolean,
  ) {
    if (follow) void aggregates.follow(this.following.signal);
  }

  static forRoot(options: EventingOptions): DynamicModule {
    const { metrics } = options;
    const logger = new Logger(AggregateStore.name);
    const codec = new EventCodec(options.aggregates, options.subjectKeys);
    const eventStore = new EventStoreDb(options.eventStoreUrl, {
      prefix: options.eventStorePrefix,
      categories: codec.categories,
      report: reportTo(new Logger(EventStoreDb.name)),
    });
    metrics?.passedOver(() => eventStore.passedOver);
    const aggregates = new AggregateStore(eventStore, codec, {
      onConflict: (category) => metrics?.conflict(category),
      log: (line) => logger.debug({ msg: 'appended', ...line }),
      snapshots: {
        key: options.snapshotKey,
        onRefused: (stream, reason) => {
          metrics?.snapshotRefused(categoryOf(stream));
          logger.warn({ msg: 'a snapshot is not used', stream, reason });
        },
        onTooLarge: (stream) =>
          logger.warn({ msg: 'a snapshot is too large to keep; the stream is read from further back', stream }),
      },
      onFollowError: (error) => logger.error({ msg: 'cannot follow the event store', err: error }),
    });
    const erasure = new SubjectErasure(options.subjectKeys, eventStore, codec.subjectKinds());
    options.subjectKeys.onDestroyed(() => aggregates.forgetErased());
    return {
      module: EventingModule,
      global: true,
      imports: [CqrsModule],
      providers: [
        { provide: EventStoreDb, useValue: eventStore },
        { provide: EventCodec, useValue: codec },
        { provide: AggregateStore, useValue: aggregates },
        { provide: SUBJECT_KEYS, useValue: options.subjectKeys },
        { provide: SubjectErasure, useValue: erasure },
        { provide: KeyedNames, useValue: new KeyedNames(options.appSecret) },
        { provide: FOLLOW, useValue: options.follow ?? true },
        { provide: CommandWatch, useValue: commandWatch(metrics) },
        AggregateCommandHandler,
        Commands,
      ],
      exports: [EventStoreDb, EventCodec, AggregateStore, SUBJECT_KEYS, SubjectErasure, KeyedNames, Commands],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.following.abort();
    await this.eventStore.close();
  }
}

function commandWatch(metrics: EventingMetrics | undefined): CommandWatch {
  const logger = new Logger(Commands.name);
  return new CommandWatch(({ command, outcome, seconds, context: { commandId, correlationId } }) => {
    metrics?.command(command, outcome, seconds);
    logger.debug({ msg: 'command', command, outcome, seconds, commandId, correlationId });
  });
}

const reportTo =
  (logger: Logger): Report =>
  (msg, err) =>
    err === undefined ? logger.log({ msg }) : logger.warn({ msg, err });
