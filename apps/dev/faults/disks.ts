import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createPool } from '@yoyaku/postgres';
import { eventually, type Installation } from './installation';
import { NotPossible, seconds } from './report';
import { seeOwnBooking, type World } from './world';

/** Does not stand in the way of the proxies, which are in this process too. */
const run = promisify(execFile);
const MiB = 2 ** 20;
/** What is free on the small disk before it is filled up. */
const ROOM = 96 * MiB;
/** The disk stays full for so long after that was first noticed. */
const FULL_MS = 3_000;
/** Servers reuse what they have before they ask the disk for more. */
const NOTICED_WITHIN_MS = 60_000;

/**
 * The server's data moves to a small disk of its own, which is then filled to the last byte. Commands must be answered
 * as done or as 503, and once there is room again all goes on.
 */
export async function fillDisk(world: World, server: 'postgres' | 'event-node'): Promise<string> {
  const { installation } = world;
  const disk = new SmallDisk(join(installation.dataDir, server));
  await disk.ensurePossible();
  await whileAway(installation, server, () => disk.moveIn());
  let facts: string;
  try {
    await seeOwnBooking(world);
    installation.disturbances.hit();
    disk.fill();
    const began = performance.now();
    if (server === 'postgres') await useUpWal(installation);
    const refusal = await eventually(async () => {
      const refused = world.client.exchanges.findLast(
        ({ request, status, sentAt }) => !request.startsWith('GET') && status === 503 && sentAt > began,
      );
      assert(refused, 'no command has met with the full disk');
      return `503 ${refused.code} after ${seconds(refused.endedAt - began)}`;
    }, NOTICED_WITHIN_MS);
    await wait(FULL_MS);
    disk.empty();
    const emptied = performance.now();
    await seeOwnBooking(world);
    facts = `${refusal}; own booking made and seen ${seconds(performance.now() - emptied)} after there was room`;
  } finally {
    disk.empty();
    await whileAway(installation, server, () => disk.moveOut());
  }
  await seeOwnBooking(world);
  return facts;
}

async function whileAway(installation: Installation, server: 'postgres' | 'event-node', move: () => Promise<void>) {
  const giveBack = await installation.takeAway(server);
  try {
    await move();
  } finally {
    await giveBack();
  }
}

/** PostgreSQL keeps files for its log in reserve: goes through them all, until it misses the next one. */
async function useUpWal({ environment }: Installation): Promise<void> {
  const pool = createPool(environment.DATABASE_URL ?? '', { max: 1 });
  const next = async () => {
    await pool.query(`select pg_logical_emit_message(true, 'faults', '')`);
    await pool.query('select pg_switch_wal()');
  };
  let files = 0;
  while (
    files < MOST_WAL_FILES &&
    (await next().then(
      () => true,
      () => false,
    ))
  )
    files += 1;
  await pool.end();
  assert(files < MOST_WAL_FILES, `PostgreSQL had ${files} files for its log`);
}

const MOST_WAL_FILES = 200;

/** A folder that for a while is a file system of its own, in memory, with little room. */
class SmallDisk {
  private readonly away: string;
  private readonly ballast: string;

  constructor(private readonly folder: string) {
    this.away = `${folder}.away`;
    this.ballast = join(folder, 'ballast');
  }

  /** Throws {@link NotPossible} where this process may not mount. */
  async ensurePossible(): Promise<void> {
    const probe = `${this.folder}.probe`;
    mkdirSync(probe);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]);
      await run('umount', [probe]);
    } catch (error) {
      throw new NotPossible(`only who may mount a file system can fill one: ${error}`);
    } finally {
      rmSync(probe, { recursive: true });
    }
  }

  async moveIn(): Promise<void> {
    const { stdout } = await run('du', ['-s', '--block-size=1', this.folder]);
    const used = Number(stdout.split('\t')[0]);
    const { uid, gid, mode } = statSync(this.folder);
    renameSync(this.folder, this.away);
    mkdirSync(this.folder);
    const owner = `uid=${uid},gid=${gid},mode=${(mode & 0o777).toString(8)}`;
    await run('mount', ['-t', 'tmpfs', '-o', `size=${used + ROOM},${owner}`, 'tmpfs', this.folder]);
    await run('cp', ['-a', `${this.away}/.`, this.folder]);
  }

  async moveOut(): Promise<void> {
    rmSync(this.away, { recursive: true });
    mkdirSync(this.away);
    await run('cp', ['-a', `${this.folder}/.`, this.away]);
    // Whoever was there last may not have quite gone.
    await eventually(() => run('umount', [this.folder]));
    rmSync(this.folder, { recursive: true });
    renameSync(this.away, this.folder);
  }

  /** Takes all the room there is. */
  fill(): void {
    const file = openSync(this.ballast, 'w');
    try {
      for (let size = MiB; size >= 1; size = Math.floor(size / 2)) writeAll(file, Buffer.alloc(size));
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }
}

function writeAll(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}
