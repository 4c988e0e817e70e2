import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from './compare';
import type { Machine } from './machine';
import type { Spread } from './statistics';

export interface Report {
  readonly name: string;
  readonly takenAt: string;
  readonly commit: string;
  /** Of the other build that was measured beside this one, if one was. */
  readonly otherCommit?: string | undefined;
  readonly machine: Machine;
  readonly tables: readonly Table[];
}

/** Writes `<folder>/<name>.json` and gives its path. */
export function save(report: Report, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${report.name}.json`);
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

/** Tables in Markdown: every figure as median (lowest–highest). */
export const render = ({ name, takenAt, commit, otherCommit, machine, tables }: Report): string =>
  [
    `${name} at ${commit}${otherCommit ? ` (other build: ${otherCommit})` : ''}, ${takenAt}: ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, disk sync ${machine.diskSyncMs} ms`,
    ...tables.map(renderTable),
  ].join('\n\n');

function renderTable({ title, sides, rounds, rows }: Table): string {
  const [first, ...others] = sides;
  const head = [`${title} (${rounds} runs)`, ...sides, ...others.map((other) => `${first} ÷ ${other}`)];
  const lines = rows.map(({ figure, values, ratios }) => [figure, ...[...values, ...ratios].map(text)]);
  const widths = head.map((cell, i) => Math.max(...[head, ...lines].map((line) => (line[i] ?? cell).length)));
  const row = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}

/** Empty where a side has no such figure. */
function text({ median, low, high }: Spread): string {
  if (Number.isNaN(median)) return '';
  return low === high ? number(median) : `${number(median)} (${number(low)}–${number(high)})`;
}

const number = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(Math.abs(value) < 10 ? 3 : 4)));
