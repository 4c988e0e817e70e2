import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { MOST, TimedOut, within } from '../within';
import { Breaker } from './breaker';
import { noAnswer, translated } from './errors';
import { allowTlsByAddress } from './tls';
import { completed, UnusableUrl } from './url';

const CLOSE_TIMEOUT = 250;
/** How long a probe waits for its answer, in milliseconds. */
const PROBE_TIMEOUT = 1_500;
/**
 * A new client goes to the leader that a node names when it is asked. If that one is frozen the client waits in vain,
 * even if another is elected meanwhile. So while one waits others are tried beside it, each so many milliseconds later.
 */
const TRIES = { most: 3, apart: 500 };

/** Tells of trouble with the store: once when it begins, and once when it is over, then without an error. */
export type Report = (trouble: string, error?: unknown) => void;

export interface ConnectionOptions {
  readonly url: string;
  /** What is asked over it, for the log. */
  readonly what: string;
  /** How long no call must have been answered, in milliseconds, for the connection to be taken for silent. */
  readonly silence: number;
  /** Resolves when a read over this client is answered. Several clients are tried with it at once. */
  readonly find: (client: EventStoreDBClient) => Promise<unknown>;
  /** Resolves when what else the connection is for is answered too. One at a time is under way. */
  readonly probe?: (client: EventStoreDBClient) => Promise<unknown>;
  readonly report: Report;
}

/**
 * A connection to the store, and whether it answers. After a call without an answer the connection is given up for a
 * new one, since it may have died unnoticed, and the client may have remembered a failure.
 */
export class Connection {
  private readonly breaker: Breaker;
  private current: EventStoreDBClient;
  private losing = new AbortController();
  private answeredAt = Number.NEGATIVE_INFINITY;
  /** Since when calls are late for which this process, held up, may itself be the cause. */
  private doubtedSince: number | undefined;
  /** How often it did not answer. */
  private losses = 0;
  private isClosed = false;

  constructor(private readonly options: ConnectionOptions) {
    const { url, what, probe, report } = options;
    this.current = connect(url);
    this.breaker = new Breaker({
      probe: async () => {
        await this.renew();
        if (probe) await within(PROBE_TIMEOUT, probe(this.current));
      },
      onChange: (open, cause) => {
        if (!open) return report(`The event store answers ${what} again`);
        this.losses += 1;
        report(`The event store does not answer ${what}`, translated(cause));
      },
    });
  }

  get client(): EventStoreDBClient {
    return this.current;
  }

  /** Aborts when the client of this moment is given up. */
  get lost(): AbortSignal {
    return this.losing.signal;
  }

  get answers(): boolean {
    return !this.breaker.isOpen;
  }

  /** Throws `EventStoreUnavailable` while it does not answer. */
  check(): void {
    this.breaker.check();
  }

  /** A call was answered. */
  answered(): void {
    this.answeredAt = performance.now();
    this.doubtedSince = undefined;
  }

  /** Whether any call was answered of late. A process or store with much to do answers late, but it answers. */
  get isHeard(): boolean {
    return performance.now() - this.answeredAt < this.options.silence;
  }

  /**
   * A call failed. One that was late alone, while others were answered, tells nothing of the connection, and one that
   * this process had no time to listen to tells nothing until that has gone on for long.
   */
  failed(error: unknown): void {
    const kind = noAnswer(error);
    if (kind === 'gone' || (kind === 'late' && !this.isHeard && !this.isExcused(error))) this.breaker.trip(error);
  }

  /** Throws `EventStoreUnavailable` when it still does not answer after so many milliseconds. */
  untilAnswers(ms: number): Promise<void> {
    return this.breaker.untilMended(ms);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.breaker.close();
    await dispose(this.current);
  }

  private isExcused(error: unknown): boolean {
    if (!(error instanceof TimedOut && error.heldUp)) return false;
    const now = performance.now();
    this.doubtedSince ??= now;
    return now - this.doubtedSince < MOST * this.options.silence;
  }

  /** No call begins meanwhile: they are refused. */
  private async renew(): Promise<void> {
    this.doubtedSince = undefined;
    this.losing.abort(new TimedOut('The connection to the event store was given up'));
    await dispose(this.current);
    this.current = await this.findOne();
    if (this.isClosed) await dispose(this.current);
    this.losing = new AbortController();
  }

  /** A client of which a read was answered: of a cluster, the first of several that are tried. */
  private async findOne(): Promise<EventStoreDBClient> {
    const { url, find } = this.options;
    const found = new AbortController();
    const clients = Array.from({ length: isCluster(url) ? TRIES.most : 1 }, () => connect(url, this.losses));
    const answers = clients.map(async (client, i) => {
      if (i > 0) await delay(i * TRIES.apart, undefined, { signal: found.signal });
      await find(client);
      return client;
    });
    let answered: EventStoreDBClient | undefined;
    try {
      answered = await within(PROBE_TIMEOUT, Promise.any(answers));
      return answered;
    } finally {
      found.abort();
      for (const client of clients) if (client !== answered) void dispose(client);
    }
  }
}

const isCluster = (url: string): boolean => /^\w+\+discover:/.test(url) || (url.split('?')[0] as string).includes(',');

allowTlsByAddress();

/**
 * A client of the store at that URL, with what we want beyond the client's own. Throws {@link UnusableUrl}.
 *
 * gRPC shares a connection among clients of one address and the same options, also one that died unnoticed, for twenty
 * seconds. So the options differ in something that does not matter once the store did not answer.
 *
 * @param losses how often it did not
 */
export function connect(url: string, losses = 0): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(completed(url, losses));
  } catch (error) {
    if (error instanceof UnusableUrl) throw error;
    throw new UnusableUrl((error as Error).message, { cause: error });
  }
}

/** The client waits for every call to end, and some never do once their connection is gone. */
const dispose = (client: EventStoreDBClient): Promise<void> => within(CLOSE_TIMEOUT, client.dispose()).catch(() => {});
