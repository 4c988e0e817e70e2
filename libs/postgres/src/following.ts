import { setTimeout as delay } from 'node:timers/promises';

/** How often something that somebody follows is looked at, in milliseconds. */
const LOOK = 250;

/** What `look` finds, again and again, until it is at an end (that is still told) or the signal aborts. */
export async function* following<Status>(
  look: () => Promise<Status>,
  isAtEnd: (status: Status) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Status> {
  while (!signal.aborted) {
    const status = await look();
    yield status;
    if (isAtEnd(status)) return;
    await delay(LOOK, undefined, { signal }).catch(() => {});
  }
}
