import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { asFailure, type CallFailure, deadlineExceeded, invalidArgument } from './failures';
import { encodeMessages, MessageDecoder } from './framing';

/** A request twice the limit of an append still gets a proper answer. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;

const HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };

const MILLISECONDS_PER_UNIT: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * One gRPC call. What is sent within a turn of the event loop goes over the wire together: that is cheaper for both
 * sides than a write per message.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcCall {
  private readonly decoder = new MessageDecoder(LARGEST_MESSAGE);
  private outgoing: Buffer[] = [];
  private flushing = false;
  private failure: CallFailure | undefined;
  private ended = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
    stream.on('error', () => stream.close());
    stream.on('wantTrailers', () => stream.sendTrailers(trailers(this.failure)));
    this.startDeadline(headers['grpc-timeout']);
    stream.respond(HEADERS, { waitForTrailers: true });
  }

  /** The other side went away, or the call was ended here. */
  get closed(): boolean {
    return this.ended || this.stream.closed || this.stream.aborted || this.stream.destroyed;
  }

  /**
   * Listens for messages, and then for the client having sent all (not for its going away). What a listener throws
   * ends the call.
   */
  receive(onMessage: (message: Buffer) => void, onEnd: () => void): void {
    this.stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of this.decoder.write(chunk)) if (!this.closed) onMessage(message);
      } catch (error) {
        this.fail(error);
      }
    });
    this.stream.on('end', () => {
      if (!this.closed) onEnd();
    });
  }

  /** Resolves with the message of a request that has one. */
  message(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.receive(resolve, () => reject(invalidArgument('the request is empty')));
    });
  }

  /** Lets the client send no more than is under way. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  send(message: Buffer): void {
    this.outgoing.push(message);
    if (this.flushing) return;
    this.flushing = true;
    // Only then have all messages arrived that answer the same commit, or belong to the same page.
    process.nextTick(() => this.flush());
  }

  /** Resolves when the client has room for more, or the call is closed; with whether that had to be waited for. */
  async sendAll(messages: readonly Buffer[]): Promise<boolean> {
    this.outgoing.push(...messages);
    this.flush();
    if (!this.stream.writableNeedDrain || this.closed) return false;
    await this.room();
    return true;
  }

  onClose(listener: () => void): void {
    this.stream.once('close', listener);
  }

  /** Ends the call well, after everything sent. */
  end(): void {
    if (this.closed) return;
    this.flush();
    this.ended = true;
    this.stream.end();
  }

  /** Ends the call with what the error means to the client. */
  fail(error: unknown): void {
    if (this.closed) return;
    this.failure = asFailure(error);
    this.end();
    // Anything else that the client sends is ignored.
    this.stream.resume();
  }

  private flush(): void {
    this.flushing = false;
    const messages = this.outgoing;
    this.outgoing = [];
    if (messages.length > 0 && !this.closed) this.stream.write(encodeMessages(messages));
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        this.stream.off('drain', settle);
        this.stream.off('close', settle);
        resolve();
      };
      this.stream.on('drain', settle);
      this.stream.on('close', settle);
    });
  }

  private startDeadline(timeout: string | string[] | undefined): void {
    const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(timeout)) ?? [];
    if (!amount || !unit) return;
    const milliseconds = Number(amount) * MILLISECONDS_PER_UNIT[unit]!;
    if (milliseconds > LONGEST_TIMER) return;
    const timer = setTimeout(() => this.fail(deadlineExceeded()), milliseconds);
    this.stream.once('close', () => clearTimeout(timer));
  }
}

const trailers = (failure: CallFailure | undefined) =>
  failure === undefined
    ? { 'grpc-status': 0 }
    : { 'grpc-status': failure.code, 'grpc-message': percentEncoded(failure.message), ...failure.trailers };

/** As gRPC wants it: all but what ASCII prints, and the percent sign. */
const percentEncoded = (text: string): string => text.replace(/[^\x20-\x7e]|%/gu, encodeURIComponent);
