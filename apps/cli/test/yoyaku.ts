import { stripVTControlCharacters } from 'node:util';
import { runCommandLine } from '../src/command-line';
import type { Environment } from '../src/environment';

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a command as its process would, in this one. Colours, which a terminal has, are left out. */
export async function yoyaku(environment: Environment, ...args: readonly string[]): Promise<Answer> {
  const streams = [process.stdout, process.stderr] as const;
  const printed = streams.map(() => '');
  const spies = streams.map((stream, i) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      printed[i] += String(text);
      return true;
    }),
  );
  process.exitCode = 0;
  try {
    await runCommandLine(args, environment);
    const [stdout = '', stderr = ''] = printed.map(stripVTControlCharacters);
    return { stdout, stderr, exitCode: Number(process.exitCode) };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}

/** What a command answers a program with: its JSON document. Throws with what it says when it has none. */
export async function answerOf<T>(environment: Environment, ...args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await yoyaku(environment, ...args, '--json');
  if (!stdout) throw new Error(`yoyaku ${args.join(' ')} answers nothing: ${stderr}`);
  return JSON.parse(stdout) as T;
}
