import type { GrpcCall } from '../grpc/call';
import { CAUGHT_UP_FRAME, FELL_BEHIND_FRAME } from '../protocol/read-frames';
import type { Feed } from './feeds';
import { type CommitSignal, Latch } from './wake';

/** Sends frames, and resolves when the reader has room for more. */
export type Send = (frames: readonly Buffer[]) => Promise<void>;

/**
 * Sends a feed until the reader goes away. History and live events come from one place, the log: there is no switch
 * between them at which an event could be lost or sent twice, and a slow reader holds one page in memory.
 */
export async function follow(feed: Feed, commits: CommitSignal, call: GrpcCall, send: Send): Promise<void> {
  const news = new Latch();
  const stopListening = commits.listen(() => news.raise());
  call.onClose(() => news.raise());
  let live = false;
  try {
    while (!call.closed) {
      const { frames, atEnd } = feed.next(live);
      await send(frames);
      if (!atEnd) {
        if (live) await call.sendAll([FELL_BEHIND_FRAME]);
        live = false;
        continue;
      }
      if (!live) await call.sendAll([...feed.arrival(), CAUGHT_UP_FRAME]);
      live = true;
      await news.wait();
    }
  } finally {
    stopListening();
  }
}
