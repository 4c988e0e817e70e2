import type { CommitSignal } from '../store/commit-signal';
import type { GrpcCall } from '../wire/call';
import { consumerTooSlow } from '../wire/failures';
import { CAUGHT_UP_FRAME, FELL_BEHIND_FRAME } from '../wire/read-frames';
import type { Feed } from './feeds';
import { Latch } from './latch';

/** Sends frames, and resolves when the reader has room for more; with whether that had to be waited for. */
export type Send = (frames: readonly Buffer[]) => Promise<boolean>;

/**
 * What happens to a live subscription whose reader is slower than the writers: it waits; or it is ended, as in
 * EventStoreDB, and the reader subscribes again.
 */
export type SlowConsumer = 'wait' | 'end';

/** How many events may wait for a slow live reader, as in EventStoreDB 23.10. */
const LIVE_BUFFER = 32;

/**
 * Sends a feed until the reader goes away. History and live events come from one place, the log: there is no switch
 * between them at which an event could be lost or sent twice, and a slow reader holds one page in memory.
 */
export async function follow(
  feed: Feed,
  commits: CommitSignal,
  call: GrpcCall,
  send: Send,
  slowConsumer: SlowConsumer,
): Promise<void> {
  const news = new Latch();
  const stopListening = commits.listen(() => news.raise());
  call.onClose(() => news.raise());
  let live = false;
  let hadNoRoom = false;
  try {
    while (!call.closed) {
      const { frames, atEnd } = feed.next(live);
      const isTooSlow = live && hadNoRoom && (!atEnd || frames.length > LIVE_BUFFER);
      if (isTooSlow && slowConsumer === 'end') throw consumerTooSlow();
      hadNoRoom = await send(frames);
      if (!atEnd) {
        if (live) await call.sendAll([FELL_BEHIND_FRAME]);
        live = false;
        continue;
      }
      if (!live && feed.isThere) {
        await call.sendAll([...feed.arrival(), CAUGHT_UP_FRAME]);
        live = true;
      }
      await news.wait();
    }
  } finally {
    stopListening();
  }
}
