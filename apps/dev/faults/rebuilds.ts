import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { ProjectionAdmin, type RebuildStatus } from '@yoyaku/projecting';
import { holderOf } from './connection-owner';
import { eventually } from './installation';
import { type ReadModels, runCli, withReadModels } from './read-models';
import { seconds } from './report';
import { lagOf, PAUSE_MS, Watch } from './watch';
import type { World } from './world';

const LOOK_MS = 20;
/** Beyond the moment at which it is as far as chance has it: indexes and the swap take no events. */
const LONGER_MS = 400;
/** How far read models may be behind; a machine that is short of time is allowed for by how far they were before. */
const LAG = { most: 1_000, timesUsual: 5 };
const USUAL_LOOKS = 5;

/** All read models are built anew while they serve the load. */
export function rebuildUnderLoad(world: World): Promise<string> {
  return withReadModels(world.installation, async (readModels) => {
    const usual = await usualLag(readModels);
    const watch = new Watch(world, readModels);
    const rebuild = new Rebuild(world, readModels);
    const { processed, took } = await rebuild.ended();
    const { facts, longestLagMs } = await watch.end();
    const most = LAG.most + LAG.timesUsual * usual;
    assert(longestLagMs < most, `read models were ${seconds(longestLagMs)} behind, ${seconds(usual)} before`);
    return `${processed} events in ${seconds(took)}; ${facts}`;
  });
}

/** The longest of some looks, ms. */
async function usualLag(readModels: ReadModels): Promise<number> {
  let longest = 0;
  for (let look = 0; look < USUAL_LOOKS; look++) {
    longest = Math.max(longest, await lagOf(readModels));
    await wait(PAUSE_MS);
  }
  return longest;
}

/**
 * The process that rebuilds is killed, so many times, at moments of chance: the rebuild goes on where it was and ends,
 * and nobody who asks notices. As many rebuilds are asked for as it takes.
 */
export function killRebuilding(world: World, kills: number): Promise<string> {
  return withReadModels(world.installation, async (readModels) => {
    const watch = new Watch(world, readModels);
    const at: string[] = [];
    let rebuilds = 0;
    for (; at.length < kills; rebuilds++) {
      const rebuild = new Rebuild(world, readModels);
      while (at.length < kills) {
        const killed = await rebuild.killAtRandom();
        if (killed === undefined) break;
        at.push(killed);
      }
      await rebuild.ended();
    }
    const { facts } = await watch.end();
    return `killed at ${at.join(', ')} of ${rebuilds} rebuilds; ${facts}`;
  });
}

/** A rebuild of all read models that an operator has asked for and follows; how far it is must never go back. */
class Rebuild {
  private readonly began = performance.now();
  private readonly command: Promise<string>;
  private readonly looking: Promise<void>;
  private last: RebuildStatus | undefined;
  /** What none of its read models is behind: where one that died is gone on from. */
  private written = 0n;
  private over = false;
  private fellBack: string | undefined;

  constructor(
    private readonly world: World,
    private readonly readModels: ReadModels,
  ) {
    world.installation.disturbances.hit();
    this.command = runCli(world.installation, 'projections', 'rebuild', '--all');
    this.looking = this.look();
    for (const promise of [this.command, this.looking]) promise.catch(() => undefined);
  }

  /** From 0 to 1. */
  private get progress(): number {
    const { position = '0', head = '0' } = this.last ?? {};
    return Number(position) / Math.max(Number(head), 1);
  }

  /** Resolves when the operator's command has said that all is done; rejects when that failed, or began anew. */
  async ended(): Promise<{ processed: number; took: number }> {
    const said = await this.command;
    const took = performance.now() - this.began;
    assert.match(said, /^Rebuilt /);
    await this.looking;
    assert.equal(this.fellBack, undefined);
    return { processed: this.last?.processed ?? 0, took };
  }

  /**
   * Lets it come to a point of chance, then kills the process that works on it, or the projector that started that one.
   * Gives how far it was; undefined when that point was behind it, or it was over before.
   */
  async killAtRandom(): Promise<string | undefined> {
    const { installation, random } = this.world;
    const target = random.next();
    if (target < this.progress) return undefined;
    while (this.progress < target && !this.over) await wait(LOOK_MS);
    await wait(random.between(0, LONGER_MS));
    const worker = await eventually(() => this.worker());
    if (worker === undefined) return undefined;
    const progress = `${Math.round(100 * this.progress)} %`;
    if (random.next() < 0.3) {
      await installation.strike('projector');
      return `${progress} (projector)`;
    }
    process.kill(worker, 'SIGKILL');
    await eventually(async () => assert.notEqual(await this.worker(), worker));
    return progress;
  }

  /** The process that works on it; undefined when it is over. Throws while nobody does. */
  private async worker(): Promise<number | undefined> {
    if (this.over) return undefined;
    assert(this.last, 'nobody has asked for it yet');
    const holder = await holderOf(this.readModels.pool, this.world.network, `yoyaku.rebuild.${this.last.id}`);
    assert(holder !== undefined || this.over, 'nobody works on the rebuild');
    return holder;
  }

  private async look(): Promise<void> {
    const before = (await lastOf(this.readModels))?.id;
    let ended = false;
    const ending = () => {
      ended = true;
    };
    this.command.then(ending, ending);
    while (!ended) {
      const now = await lastOf(this.readModels);
      if (now && now.id !== before) this.take(now, (await writtenOf(this.readModels, now)) ?? this.written);
      await wait(LOOK_MS);
    }
    const last = await lastOf(this.readModels);
    if (last) this.take(last, this.written);
    this.over = true;
  }

  private take(now: RebuildStatus, written: bigint): void {
    const processed = this.last?.processed ?? 0;
    if (now.processed < processed) this.fellBack ??= `it went back from ${processed} to ${now.processed} events`;
    if (written < this.written) this.fellBack ??= `its checkpoint went back from ${this.written} to ${written}`;
    this.written = written;
    this.last = now;
    this.over = now.state !== 'running';
  }
}

/** Every rebuild here is about all read models, so any one of them tells. */
const lastOf = ({ pool }: ReadModels): Promise<RebuildStatus | undefined> =>
  new ProjectionAdmin(pool).rebuildOf('bookings').catch(() => undefined);

/** Undefined before it has begun, and once it has taken its place. */
async function writtenOf({ pool }: ReadModels, { id }: RebuildStatus): Promise<bigint | undefined> {
  const { rows } = await pool.query<{ written: string | null }>(
    'select min(position)::text as written from projecting.checkpoints where built_for = $1',
    [id],
  );
  return rows[0]?.written ? BigInt(rows[0].written) : undefined;
}
