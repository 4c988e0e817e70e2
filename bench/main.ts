import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { append } from './benchmarks/append';
import { book } from './benchmarks/book';
import { contend } from './benchmarks/contend';
import { lag } from './benchmarks/lag';
import { read } from './benchmarks/read';
import { rebuild } from './benchmarks/rebuild';
import { slots } from './benchmarks/slots';
import { ensureHistory } from './generate/history';
import type { Benchmark } from './harness/benchmark';
import { describeMachine } from './harness/machine';
import { render, save } from './harness/report';
import { Resources } from './stack/servers';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { book, contend, slots, append, read, rebuild, lag };
const RESULTS = resolve(__dirname, '..', '..', 'bench', 'results');

async function generate(events: string, folder: string): Promise<void> {
  const resources = new Resources();
  try {
    await ensureHistory(resources, resolve(folder), Number(events));
    console.log(`${folder}: DATA_DIR=${folder} npm start serves it`);
  } finally {
    await resources.end();
  }
}

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
  process.exitCode = 1;
});
