import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { append } from './benchmarks/append';
import { book } from './benchmarks/book';
import { contend } from './benchmarks/contend';
import { lag } from './benchmarks/lag';
import { read } from './benchmarks/read';
import { slots } from './benchmarks/slots';
import type { Benchmark } from './harness/benchmark';
import { describeMachine } from './harness/machine';
import { render, save } from './harness/report';
import { Resources } from './stack/servers';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { book, contend, slots, append, read, lag };
const RESULTS = resolve(__dirname, '..', '..', 'bench', 'results');

async function run(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const resources = new Resources();
    const interrupted = new Promise<never>((_, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(signal)));
    });
    try {
      const machine = describeMachine(resources.dir);
      const tables = await Promise.race([(BENCHMARKS[name] as Benchmark)(resources), interrupted]);
      const report = { name, takenAt: new Date().toISOString(), machine, tables };
      console.log(`${render(report)}\n\n${save(report, RESULTS)}`);
    } finally {
      await resources.end();
    }
  }
}

new Command('bench')
  .description('Measures, prints tables, and writes bench/results/<name>.json')
  .addArgument(new Argument('<names...>').choices(Object.keys(BENCHMARKS)))
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
