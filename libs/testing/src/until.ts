import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds, asking every few milliseconds. Throws when it does not within `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${ms} ms: ${condition}`);
    await delay(5);
  }
}
