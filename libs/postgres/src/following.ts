import { sleep } from '@yoyaku/kernel';

/** How often a followed thing is read, in milliseconds. */
const LOOK = 250;

/** Yields what `look` returns, at intervals, up to and including its final state, or until the signal aborts. */
export async function* following<Status>(
  look: () => Promise<Status>,
  isAtEnd: (status: Status) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Status> {
  while (!signal.aborted) {
    const status = await look();
    yield status;
    if (isAtEnd(status)) return;
    await sleep(LOOK, { signal });
  }
}
