import { CommitSignal } from './commit-signal';
import { EventLog, type Location } from './event-log';
import { RecentEvents } from './recent-events';
import { StreamReader } from './stream-reader';
import { StreamStates } from './stream-states';
import { WriteQueue } from './write-queue';
import { Writer } from './writer';

/** The node's events, and all there is to write and read them. */
export class Store {
  readonly log: EventLog;
  readonly reader: StreamReader;
  readonly queue: WriteQueue;
  readonly commits = new CommitSignal();
  /** Resolves when the storage failed; nothing is stored any more then. */
  readonly failed: Promise<Error>;

  constructor(location: Location) {
    this.log = new EventLog(location);
    const states = new StreamStates(this.log);
    this.reader = new StreamReader(this.log, states);
    const writer = new Writer(this.log, states, new RecentEvents());
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.queue = new WriteQueue(writer, () => this.commits.raise(), resolve);
  }

  /** Resolves when the last write is stored and the files are closed. */
  async close(): Promise<void> {
    await this.queue.idle();
    await this.log.close();
  }
}
