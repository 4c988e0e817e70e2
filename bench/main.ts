import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Resources } from '@yoyaku/embedded';
import { ensureHistory } from '@yoyaku/simulation';
import { Argument, Command } from 'commander';
import { append } from './benchmarks/append';
import { book } from './benchmarks/book';
import { contend } from './benchmarks/contend';
import { lag } from './benchmarks/lag';
import { read } from './benchmarks/read';
import { rebuild } from './benchmarks/rebuild';
import { slots } from './benchmarks/slots';
import type { Benchmark } from './harness/benchmark';
import { commit } from './harness/commit';
import { describeMachine } from './harness/machine';
import { render, save } from './harness/report';
import { OTHER_BUILD } from './stack/product';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { book, contend, slots, append, read, rebuild, lag };
/** Those that can measure two builds in one run. */
const OF_BUILDS = ['book', 'contend', 'lag', 'slots'];
/** How long work that is interrupted may take to notice, in milliseconds. */
const SETTLING = 15_000;
const RESULTS = resolve(__dirname, '..', '..', 'bench', 'results');

/** Ends what was started also when the work fails, or is interrupted. */
async function withResources(work: (resources: Resources) => Promise<void>): Promise<void> {
  const resources = new Resources(process.env.BENCH_DIR);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        // What is under way fails now, some of it where nobody waits for it yet.
        process.on('unhandledRejection', () => {});
        reject(new Error(signal));
      });
    }
  });
  const working = work(resources);
  try {
    await Promise.race([working, interrupted]);
  } finally {
    await resources.stop();
    // A server that was just being started is ended once it can be.
    await Promise.race([working.catch(() => {}), delay(SETTLING, undefined, { ref: false })]);
  }
}

const generate = (events: string, folder: string): Promise<void> =>
  withResources(async (resources) => {
    await ensureHistory(resources, { folder: resolve(folder), events: Number(events) });
    console.log(`${folder}: DATA_DIR=${folder} npm start serves it`);
  });

async function run(names: readonly string[]): Promise<void> {
  const others = OTHER_BUILD ? names.filter((name) => !OF_BUILDS.includes(name)) : [];
  if (others.length > 0) program.error(`BENCH_AGAINST is for ${OF_BUILDS.join(', ')}, not for ${others.join(', ')}`);
  for (const name of names) {
    await withResources(async (resources) => {
      const machine = describeMachine(resources.dir);
      const tables = await (BENCHMARKS[name] as Benchmark)(resources);
      const otherCommit = OTHER_BUILD && commit(OTHER_BUILD.folder);
      const report = { name, takenAt: new Date().toISOString(), commit: commit(), otherCommit, machine, tables };
      console.log(`${render(report)}\n\n${save(report, RESULTS)}`);
    });
  }
}

const program = new Command('bench').description('Measures the product against the ordinary way to do the same');
program
  .command('run', { isDefault: true })
  .description('Measures, prints tables, and writes bench/results/<name>.json')
  .addArgument(new Argument('<names...>').choices(Object.keys(BENCHMARKS)))
  .action(run);
program
  .command('generate <events> <folder>')
  .description('Writes a history through the real deciders into a new data directory, as `npm start` keeps it')
  .action(generate);
program.parseAsync().catch((error: unknown) => {
  console.error(error);
  // What was interrupted may still wait for something.
  process.exit(1);
});
