import type { Store } from '../store/store';
import type { GrpcCall } from '../wire/call';
import type { ProposedEvent } from '../wire/event-frame';
import { type BatchAppendMessage, correlationIdOf, parseBatchAppend, type WriteOptions } from '../wire/write-requests';
import {
  batchError,
  batchSuccess,
  errorStatus,
  maximumAppendSizeStatus,
  streamDeletedStatus,
  timeoutStatus,
  wrongRevisionStatus,
} from './append-answers';
import { sizeOf } from './append-size';

/** An append of which not all messages have come yet. */
interface PartialAppend {
  options: WriteOptions;
  events: ProposedEvent[];
  size: number;
}

/** A client that does not wait for answers is not read further: beyond so many appends, or bytes of their events. */
const MOST_UNANSWERED = 4096;
const MOST_UNANSWERED_BYTES = 32 * 1024 * 1024;

/**
 * Streams.BatchAppend: many appends over one call, each in one or more messages that share a correlation id, answered
 * as they are stored.
 */
export class BatchAppendCall {
  private readonly partial = new Map<string, PartialAppend>();
  private unanswered = 0;
  private unansweredBytes = 0;
  private ended = false;

  constructor(
    private readonly store: Store,
    private readonly maxSize: number,
    private readonly call: GrpcCall,
  ) {
    call.receive(
      (message) => this.receive(message),
      () => {
        this.ended = true;
        this.endWhenAnswered();
      },
    );
  }

  private receive(bytes: Buffer): void {
    let message: BatchAppendMessage;
    try {
      message = parseBatchAppend(bytes);
    } catch (error) {
      this.refuse(bytes, error);
      return;
    }
    const key = message.correlationId.toString('latin1');
    const append = this.partial.get(key) ?? (message.options && { options: message.options, events: [], size: 0 });
    // The rest of an append that was refused already.
    if (!append) return;
    for (const event of message.events) {
      append.size += sizeOf(event);
      append.events.push(event);
    }
    if (append.size > this.maxSize) {
      this.partial.delete(key);
      this.answer(batchError(message.correlationId, append.options.stream, maximumAppendSizeStatus(this.maxSize)));
    } else if (message.isFinal) {
      this.partial.delete(key);
      void this.write(message.correlationId, append);
    } else {
      this.partial.set(key, append);
    }
  }

  /** Throws the error where it belongs to no append. */
  private refuse(bytes: Buffer, error: unknown): void {
    const correlationId = correlationIdOf(bytes);
    if (!correlationId) throw error;
    this.partial.delete(correlationId.toString('latin1'));
    this.answer(batchError(correlationId, '', errorStatus(error)));
  }

  private async write(correlationId: Buffer, { options, events, size }: PartialAppend): Promise<void> {
    const { stream, expected, deadline } = options;
    this.unanswered++;
    this.unansweredBytes += size;
    if (this.hasEnough) this.call.pause();
    try {
      const outcome = await this.store.queue.write({
        stream,
        expected,
        change: { kind: 'append', events },
        isAbandoned: () => this.call.closed || deadline < Date.now(),
      });
      if (outcome.kind === 'written') this.answer(batchSuccess(correlationId, stream, outcome));
      else if (outcome.kind === 'wrong-expected-revision') {
        this.answer(batchError(correlationId, stream, wrongRevisionStatus(outcome, expected)));
      } else if (outcome.kind === 'stream-deleted') {
        this.answer(batchError(correlationId, stream, streamDeletedStatus(stream)));
      } else this.answer(batchError(correlationId, stream, timeoutStatus()));
    } catch (error) {
      this.answer(batchError(correlationId, stream, errorStatus(error)));
    } finally {
      this.unanswered--;
      this.unansweredBytes -= size;
      if (!this.hasEnough) this.call.resume();
      this.endWhenAnswered();
    }
  }

  private get hasEnough(): boolean {
    return this.unanswered >= MOST_UNANSWERED || this.unansweredBytes >= MOST_UNANSWERED_BYTES;
  }

  private answer(response: Buffer): void {
    this.call.send(response);
  }

  private endWhenAnswered(): void {
    if (this.ended && this.unanswered === 0) this.call.end();
  }
}
