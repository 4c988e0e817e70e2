import type { ServerWritableStream } from '@grpc/grpc-js';
import { Latch } from './wake';

/** Sends frames to a reader no faster than it takes them. */
export class FrameSink {
  private readonly room = new Latch();

  constructor(private readonly call: ServerWritableStream<unknown, Buffer>) {
    call.on('drain', () => this.room.raise());
    this.onClose(() => this.room.raise());
  }

  /** The reader went away or its deadline passed. */
  get closed(): boolean {
    return this.call.cancelled || this.call.destroyed;
  }

  onClose(listener: () => void): void {
    this.call.once('cancelled', listener);
    this.call.once('close', listener);
  }

  /** Resolves when there is room for more, or the sink is closed. */
  async send(frames: Iterable<Buffer>): Promise<void> {
    for (const frame of frames) {
      if (this.closed) return;
      if (!this.call.write(frame)) await this.room.wait();
    }
  }
}
