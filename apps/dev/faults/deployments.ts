import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@yoyaku/simulation';
import { environmentOfBuild } from './builds';
import { FailureWatch } from './failure-watch';
import { COMMAND_LINE, type ProcessName } from './installation';
import { ExtraProjector } from './projectors';
import { withReadModels } from './read-models';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

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
      for (let time = 1; time <= times; time++) {
        const start = performance.now();
        installation.build += 1;
        const environment = environmentOfBuild(installation.folder, installation.build);
        const replace = async (one: ProcessName | ExtraProjector) => {
          if (one instanceof ExtraProjector) {
            await one.stop();
            await one.restart();
          } else {
            installation.stage({ [one]: { environment } });
            await installation.strike(one, 'SIGTERM');
          }
        };
        for (const group of inTurn(second, random)) {
          await Promise.all(group.map(replace));
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

/** Who is replaced at once: of those that can stand in for each other, never both. */
function inTurn(second: ExtraProjector, random: Random): (ProcessName | ExtraProjector)[][] {
  const rest = random.shuffled<ProcessName | ExtraProjector>(['projector', 'reactor', second]);
  const apis = random.shuffled<ProcessName>(['api', 'api-2']);
  return random.shuffled(rest.map((one, i) => [one, ...apis.slice(i, i + 1)]));
}
