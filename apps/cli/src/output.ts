import { once } from 'node:events';

/**
 * Prints an event as one JSON object a line, no faster than lines are read. Positions are text, since they may exceed
 * what a JSON number can hold.
 */
export async function printLine(event: object): Promise<void> {
  const line = JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** Who reads may have enough before the end, as in `yoyaku … | head -1`: then nothing more is to be done. */
export function endWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
