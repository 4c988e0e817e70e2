import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passableFolder } from './server';

/** What was started for a while (servers, clients, folders), to be ended in the opposite order. */
export class Resources {
  private readonly endings: (() => unknown)[] = [];
  private stopped = false;
  private folder: string | undefined;

  /** @param parent where its folder is made; by default the system's folder for temporary files */
  constructor(private readonly parent = tmpdir()) {}

  /** A folder that is removed last. */
  get dir(): string {
    if (this.folder === undefined) {
      const folder = passableFolder(join(this.parent, `yoyaku-${process.pid}-${Date.now()}`));
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
    throw new Error('The work that this is for has ended');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (let ending = this.endings.pop(); ending; ending = this.endings.pop()) await ending();
  }
}
