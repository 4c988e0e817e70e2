import { setTimeout as wait } from 'node:timers/promises';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { environmentOfBuild } from './builds';
import { COMMAND_LINE } from './installation';
import { ExtraProjector } from './projectors';
import { type ReadModels, withReadModels } from './read-models';
import { none, seconds } from './report';
import { seeOwnBooking, type World } from './world';

const SUPERVISED = ['api', 'api-2', 'projector', 'reactor'] as const;
const LOOK_MS = 100;
/** A process of each build is at work for at least so long beside the others. */
const BESIDE_MS = { from: 200, to: 1_500 };
const LEVEL_WITHIN_MS = 60_000;

/**
 * One newer build after the other is rolled out: every process is stopped and started as the newer one, in an order of
 * chance, while the others are at work. A second projector is there, so that somebody can take over. Meanwhile no
 * partition of any read model may fail; in the end all of them are level.
 */
export function deploy(world: World, times: number): Promise<string> {
  const { installation, random } = world;
  return withReadModels(installation, async (readModels) => {
    const watch = new FailureWatch(readModels);
    const second = new ExtraProjector(installation, 'projector-2');
    const began = world.client.exchanges.length;
    const took: number[] = [];
    try {
      await second.restart();
      for (let build = 1; build <= times; build++) {
        const start = performance.now();
        const environment = environmentOfBuild(installation.folder, build);
        for (const one of random.shuffled([...SUPERVISED, second])) {
          if (one instanceof ExtraProjector) {
            await one.stop();
            await one.restart(environment);
          } else {
            installation.stage({ [one]: { environment } });
            await installation.strike(one, 'SIGTERM');
          }
          await wait(random.between(BESIDE_MS.from, BESIDE_MS.to));
        }
        installation.stage({ [COMMAND_LINE]: { environment } });
        await seeOwnBooking(world);
        await readModels.reach(await readModels.head(), LEVEL_WITHIN_MS);
        took.push(performance.now() - start);
      }
      await watch.end();
      const told = world.client.exchanges.slice(began).filter(({ status }) => status === 503);
      const codes = Object.entries(Object.groupBy(told, ({ code }) => `${code}`));
      const refusals = codes.map(([code, all]) => `503 ${code} ${all?.length} times`).join(', ') || 'no 503';
      return `${times} builds, each within ${seconds(Math.max(...took))}; ${refusals}`;
    } finally {
      await second.stop();
    }
  });
}

/** Looks again and again whether a partition has failed. */
class FailureWatch {
  private readonly failures = new Set<string>();
  private stopped = false;
  private readonly watching: Promise<void>;

  constructor({ pool }: ReadModels) {
    const admin = new ProjectionAdmin(pool);
    this.watching = this.look(admin);
    this.watching.catch(() => undefined);
  }

  /** Throws with the failures that were seen. */
  async end(): Promise<void> {
    this.stopped = true;
    await this.watching;
    none([...this.failures]);
  }

  private async look(admin: ProjectionAdmin): Promise<void> {
    while (!this.stopped) {
      for (const { name, state, failure } of await admin.list()) {
        if (state === 'failed') this.failures.add(`${name} has failed: ${JSON.stringify(failure)}`);
      }
      await wait(LOOK_MS);
    }
  }
}
