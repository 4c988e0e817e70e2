import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, passableFolder, postgres, type RunningServer } from '@yoyaku/embedded';
import { Pool } from 'pg';

/** What a benchmark started, to be ended in the opposite order. */
export class Resources {
  private readonly endings: (() => unknown)[] = [];
  private stopped = false;
  private folder: string | undefined;

  /** A folder of this run on a real disk (`BENCH_DIR`, else the system's folder for temporary files). */
  get dir(): string {
    if (this.folder === undefined) {
      const folder = passableFolder(
        join(process.env.BENCH_DIR ?? tmpdir(), `yoyaku-bench-${process.pid}-${Date.now()}`),
      );
      this.folder = folder;
      this.endings.unshift(() => rmSync(folder, { recursive: true, force: true }));
    }
    return this.folder;
  }

  /** Throws, and ends it at once, when everything else has been ended already. */
  use<T extends { stop(): Promise<unknown> }>(resource: T): T {
    this.defer(() => resource.stop());
    return resource;
  }

  defer(ending: () => unknown): void {
    this.endings.push(ending);
    if (!this.stopped) return;
    void this.stop();
    throw new Error('The benchmark has ended');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (let ending = this.endings.pop(); ending; ending = this.endings.pop()) await ending();
  }
}

/** A PostgreSQL with `fsync` on and the settings it has in the product. */
export async function startPostgres(resources: Resources): Promise<RunningServer> {
  const dataDir = join(resources.dir, 'postgres');
  return resources.use(await launch(await postgres({ dataDir, port: await freePort(), password: 'bench' })));
}

/** Connections that take it calmly when their server is stopped at the end of a run. */
export function openPool(resources: Resources, connectionString: string, max: number): Pool {
  const pool = new Pool({ connectionString, max });
  pool.on('error', () => {});
  resources.defer(() => pool.end());
  return pool;
}
