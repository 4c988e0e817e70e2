import { ErrorType, type EventStoreDBClient } from '@eventstore/db-client';
import { newUuid } from '@yoyaku/kernel';
import type { NewEvent } from '../../envelope/stored-event';
import { DamagedHistory, WrongExpectedRevision } from '../errors';
import type { Appended, ExpectedRevision } from '../event-store';
import { within } from '../within';
import { batchAppend } from './batch-append';
import { Connection, type Report } from './connection';
import { isRefusal, translated, typeOf } from './errors';
import { readLast, SILENCE } from './reading';
import type { StreamNames } from './stream-names';

/** Of appends that name no deadline of their own, in milliseconds. */
const APPEND_TIMEOUT = 2_500;
/**
 * The store is told a moment by our clock after which an append is not wanted; its own may be ahead by so much, in ms.
 */
const CLOCKS_APART = 7_500;
/** How long appends count as denied after one was, in milliseconds, if none is answered meanwhile. */
const DENIED_FOR = 10_000;
/** No name of a stream of ours: those have a dash. */
const PROBE = { stream: 'yoyaku_probe', type: '$probe' };

/** Appends over a connection of their own, and whether the store answers or denies them. */
export class Appends {
  private readonly connection: Connection;
  /** `performance.now()` when an append was denied, if none was answered since. */
  private deniedAt = Number.NEGATIVE_INFINITY;

  constructor(
    url: string,
    private readonly names: StreamNames,
    report: Report,
  ) {
    const probe = (client: EventStoreDBClient) =>
      keepLast(client, names.inStore(PROBE.stream), PROBE.type, {}).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
    this.connection = new Connection({ url, what: 'appends', silence: SILENCE, find: readLast, probe, report });
  }

  get answers(): boolean {
    return this.connection.answers;
  }

  /** Whether one was denied to our user of late, and none was answered since. */
  get areDenied(): boolean {
    return performance.now() - this.deniedAt < DENIED_FOR;
  }

  untilAnswers(ms: number): Promise<void> {
    return this.connection.untilAnswers(ms);
  }

  /** See {@link EventStore.append}. */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs = APPEND_TIMEOUT,
  ): Promise<Appended> {
    this.connection.check();
    try {
      const appending = batchAppend(this.connection.client, {
        name: this.names.inStore(stream),
        expected: expected === 'no_stream' ? expected : BigInt(expected),
        events,
        deadlineMs: deadlineMs + CLOCKS_APART,
      });
      const answer = await within(deadlineMs, appending);
      this.wasAnswered();
      const revision = Number(answer.revision);
      if (expected === 'no_stream' && revision >= events.length) {
        throw new DamagedHistory(stream, 'it was deleted, and begins anew');
      }
      return { revision, position: answer.position ?? 0n };
    } catch (error) {
      if (error instanceof DamagedHistory) throw error;
      if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) {
        this.wasAnswered();
        throw new WrongExpectedRevision(stream, expected);
      }
      if (typeOf(error) === ErrorType.ACCESS_DENIED) this.deniedAt = performance.now();
      this.connection.failed(error);
      throw translated(error, stream);
    }
  }

  /** Appends to a stream that holds no more than its last event; `name` is the store's name of it. */
  async keepLast(name: string, type: string, data: object): Promise<void> {
    this.connection.check();
    try {
      await keepLast(this.connection.client, name, type, data);
    } catch (error) {
      throw translated(error, name);
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private wasAnswered(): void {
    this.connection.answered();
    this.deniedAt = Number.NEGATIVE_INFINITY;
  }
}

async function keepLast(client: EventStoreDBClient, name: string, type: string, data: object): Promise<void> {
  const events = [{ id: newUuid(), type, data }];
  const appending = batchAppend(client, { name, expected: 'any', events, deadlineMs: APPEND_TIMEOUT + CLOCKS_APART });
  const { revision } = await within(APPEND_TIMEOUT, appending);
  if (revision !== 0n) return;
  await within(APPEND_TIMEOUT, client.setStreamMetadata(name, { maxCount: 1 }));
}
