import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { percentile } from './statistics';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Median of appending 4 KiB and `fdatasync`, in ms: no durable write of one caller is faster. */
  readonly diskSyncMs: number;
}

/** What the figures were taken on; `folder` is on the disk that the servers write to. */
export const describeMachine = (folder: string): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  diskSyncMs: diskSync(folder),
});

function diskSync(folder: string): number {
  const own = mkdtempSync(join(folder, 'sync-'));
  const file = openSync(join(own, 'file'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const took = Float64Array.from({ length: 200 }, () => {
    const started = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - started;
  }).sort();
  closeSync(file);
  rmSync(own, { recursive: true });
  return Number(percentile(took, 0.5).toFixed(3));
}
