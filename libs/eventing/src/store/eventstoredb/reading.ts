import { ErrorType, type EventStoreDBClient, type StreamingRead } from '@eventstore/db-client';
import { SilenceWatch, TimedOut, within } from '../within';
import type { Connection } from './connection';
import { translated, typeOf } from './errors';

/** The store is silent when it answers nothing for so long, in milliseconds; shorter than the deadline of an append. */
export const SILENCE = 2_000;
/**
 * A read that yields nothing for so long, in milliseconds, has failed, even while others are answered. With a filter
 * the store may search very many events before it finds one.
 */
const PATIENCE = { plain: 10_000, filtered: 120_000 };

export interface Reading<T> {
  readonly begin: (client: EventStoreDBClient) => StreamingRead<T>;
  /** The stream of ours that is read; absent: the whole store. */
  readonly stream?: string;
  /** Whether the store filters its events. */
  readonly isFiltered?: boolean;
}

/** The events of a read; none if there is no such stream. It fails when no more come. */
export async function* watchedRead<T>(reads: Connection, reading: Reading<T>): AsyncIterable<T> {
  reads.check();
  const { client, lost } = reads;
  const { begin, stream, isFiltered = false } = reading;
  const stored = begin(client);
  // Errors that come after the reader has left are ignored.
  stored.on('error', () => {});
  const patience = isFiltered ? PATIENCE.filtered : PATIENCE.plain;
  const watch = new SilenceWatch(SILENCE, (ms) => {
    if (ms < patience && reads.isHeard) return;
    stored.destroy(new TimedOut(`Nothing came for ${ms} ms`));
  });
  const asking = isFiltered ? setInterval(() => void ask(reads, client), SILENCE / 2) : undefined;
  try {
    for await (const item of stored) {
      watch.came();
      reads.answered();
      yield item;
      watch.waits();
    }
    // A read that the client cuts off ends as if there were no more.
    lost.throwIfAborted();
    reads.answered();
  } catch (error) {
    if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) return reads.answered();
    reads.failed(error);
    throw translated(error, stream);
  } finally {
    clearInterval(asking);
    watch.stop();
    void stored.cancel().catch(() => {});
  }
}

/** While a read yields nothing, other calls show whether the store answers. */
const ask = (reads: Connection, client: EventStoreDBClient): Promise<void> =>
  readLast(client).then(
    () => reads.answered(),
    () => {},
  );

/** Resolves when the store reads. */
export async function readLast(client: EventStoreDBClient): Promise<void> {
  const reading = client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1, requiresLeader: true });
  reading.on('error', () => {});
  try {
    await within(SILENCE, Array.fromAsync(reading));
  } finally {
    void reading.cancel().catch(() => {});
  }
}
