const EVERY_MS = 20;

/**
 * Gives, when called, for how many milliseconds this process was kept from running since: by its own work, or by others
 * on the machine. Of what a test waited so long for, that much says nothing.
 */
export function measureDelay(): () => number {
  let delayed = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delayed += Math.max(0, now - last - EVERY_MS);
    last = now;
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return delayed;
  };
}
