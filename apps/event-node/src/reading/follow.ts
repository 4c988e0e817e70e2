import { CAUGHT_UP_FRAME, FELL_BEHIND_FRAME } from '../protocol/read-frames';
import type { Feed } from './feeds';
import type { FrameSink } from './frame-sink';
import { type CommitSignal, Latch } from './wake';

/**
 * Sends a feed until the reader goes away. History and live events come from one place, the log: there is no switch
 * between them at which an event could be lost or sent twice, and a slow reader holds one page in memory.
 */
export async function follow(feed: Feed, commits: CommitSignal, sink: FrameSink): Promise<void> {
  const news = new Latch();
  const stopListening = commits.listen(() => news.raise());
  sink.onClose(() => news.raise());
  let live = false;
  try {
    while (!sink.closed) {
      const { frames, atEnd } = feed.next(live);
      await sink.send(frames);
      if (!atEnd) {
        if (live) await sink.send([FELL_BEHIND_FRAME]);
        live = false;
        continue;
      }
      if (!live) await sink.send([...feed.arrival(), CAUGHT_UP_FRAME]);
      live = true;
      await news.wait();
    }
  } finally {
    stopListening();
  }
}
