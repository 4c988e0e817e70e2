import type { SpanTree } from '@yoyaku/tracing';
import { TemporaryInstallation } from './temporary-installation';
import { bookAndTell, ensureOneTrace } from './trace-walk';

/**
 * `npm run trace`: starts an installation in a temporary folder, makes one booking over HTTP, and shows what happened
 * to it in all processes, as one trace.
 */
async function trace(): Promise<void> {
  const installation = await TemporaryInstallation.make();
  try {
    console.log('Starting an installation …');
    await installation.start();
    const booked = await bookAndTell(installation);
    console.log(`\nTrace ${booked.traceId}, times in milliseconds\n`);
    console.log('     began       took  process           span');
    console.log(`${lines(booked, booked.start).join('\n')}\n`);
    ensureOneTrace(booked);
  } finally {
    await installation.remove();
  }
}

/** A line for each span: its start and its length in milliseconds, and its process. */
function lines({ name, service, start, end, children }: SpanTree, begin: bigint, depth = 0): string[] {
  const ms = (nanoseconds: bigint) => (Number(nanoseconds) / 1e6).toFixed(1).padStart(10);
  const line = `${ms(start - begin)} ${ms(end - start)}  ${service.padEnd(17)} ${'  '.repeat(depth)}${name}`;
  return [line, ...children.flatMap((child) => lines(child, begin, depth + 1))];
}

trace().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
