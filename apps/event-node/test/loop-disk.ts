import { execFile, execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A small disk in a file, mounted at `folder`. The file holds what was written to the disk, not what the system keeps
 * in memory to write it later: a copy of it is what a loss of power at that moment would leave.
 */
export class LoopDisk {
  private constructor(
    private readonly image: string,
    readonly folder: string,
  ) {}

  /** Undefined where this process may mount disks: as root, on Linux. Otherwise the reason. */
  static whyNot(scratch: string): string | undefined {
    const [image, folder] = [path.join(scratch, 'probe.image'), path.join(scratch, 'probe')];
    const probe = 'truncate -s 2M "$1" && mkfs.ext4 -qF "$1" && mkdir "$2" && mount -o loop "$1" "$2" && umount "$2"';
    try {
      execFileSync('/bin/sh', ['-c', probe, 'probe', image, folder], { stdio: 'pipe' });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  static async format(scratch: string): Promise<LoopDisk> {
    const image = path.join(scratch, 'disk.image');
    await run('truncate', ['-s', '32M', image]);
    await run('mkfs.ext4', ['-q', '-F', image]);
    return LoopDisk.mount(image, path.join(scratch, 'disk'));
  }

  /** The disk as a loss of power at this moment would leave it. */
  async afterPowerLoss(): Promise<LoopDisk> {
    const image = `${this.image}.copy`;
    await run('cp', ['--sparse=always', this.image, image]);
    return LoopDisk.mount(image, `${this.folder}.copy`);
  }

  async unmount(): Promise<void> {
    await run('umount', [this.folder]);
  }

  private static async mount(image: string, folder: string): Promise<LoopDisk> {
    await mkdir(folder, { recursive: true });
    await run('mount', ['-o', 'loop', image, folder]);
    return new LoopDisk(image, folder);
  }
}
