import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, launch, type RunningServer } from '@yoyaku/embedded';
import { environmentOfBuild } from './builds';
import { eventually, type Installation } from './installation';
import { type ReadModels, withReadModels } from './read-models';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

const EXTRA = 2;
const TAKEN_OVER_MS = 5_000;

/** A projector that can be killed, and is there again afterwards. */
interface Victim {
  readonly name: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Three projectors share the read models; any of them is killed: the others go on with what it did. */
export function killProjectors(world: World, kills: number): Promise<string> {
  const { installation, random } = world;
  return withReadModels(installation, async (readModels) => {
    const extras = Array.from({ length: EXTRA }, (_, i) => new ExtraProjector(installation, `projector-${i + 2}`));
    try {
      await Promise.all(extras.map((extra) => extra.restart()));
      await sharedBy(readModels, EXTRA + 1);
      const victims = [supervised(installation), ...extras];
      const facts: string[] = [];
      for (let left: Victim[] = []; facts.length < kills; ) {
        if (left.length === 0) left = random.shuffled(victims);
        const victim = left.pop() as Victim;
        await wait(random.between(0, 1_000));
        facts.push(`${victim.name} ${seconds(await takenOver(world, readModels, victim))}`);
        await victim.restart();
        await sharedBy(readModels, EXTRA + 1);
      }
      await seeOwnBooking(world);
      return `taken over after: ${facts.join(', ')}`;
    } finally {
      await Promise.all(extras.map((extra) => extra.stop()));
    }
  });
}

/** From the kill until every partition of every read model has an event that came after it, ms. */
async function takenOver({ client, probe }: World, readModels: ReadModels, victim: Victim): Promise<number> {
  const began = performance.now();
  await victim.kill();
  const { headers } = await client.decide(probe.booking());
  await readModels.reach(BigInt(headers.get('x-event-position') ?? 0), 4 * TAKEN_OVER_MS);
  const took = performance.now() - began;
  assert(took < TAKEN_OVER_MS, `${victim.name} was replaced only after ${seconds(took)}`);
  return took;
}

/** Waits until so many processes run read models, and nobody else has any. */
const sharedBy = ({ pool }: ReadModels, processes: number): Promise<void> =>
  eventually(async () => {
    const { rows } = await pool.query<{ owner: string | null }>(
      'select distinct owner from projecting.checkpoints where partition >= 0',
    );
    assert(!rows.some(({ owner }) => owner === null), 'some partitions belong to nobody');
    assert.equal(rows.length, processes, `${rows.length} processes run read models`);
  });

const supervised = (installation: Installation): Victim => {
  let back: Promise<unknown> = Promise.resolve();
  return {
    name: 'projector',
    kill: async () => {
      ({ back } = await installation.kill('projector'));
    },
    restart: async () => void (await back),
  };
};

/** One more process that runs read models, which nobody supervises. */
export class ExtraProjector implements Victim {
  private running: RunningServer | undefined;

  constructor(
    private readonly installation: Installation,
    readonly name: string,
  ) {}

  /** As one of the newest build. */
  async restart(): Promise<void> {
    const { build, folder } = this.installation;
    const environment = build > 0 ? environmentOfBuild(folder, build) : {};
    const port = await freePort();
    const ready = `http://127.0.0.1:${port}/health/ready`;
    this.running = await launch({
      name: this.name,
      command: process.execPath,
      args: [join(__dirname, '..', '..', 'projector', 'src', 'main.js')],
      env: { ...this.installation.environment, ...environment, HEALTH_PORT: `${port}` },
      stopSignal: 'SIGTERM',
      url: ready,
      answers: async () => (await fetch(ready)).ok,
    });
    const log = createWriteStream(join(this.installation.dataDir, 'logs', `${this.name}.log`), { flags: 'a' });
    for (const output of [this.running.process.stdout, this.running.process.stderr]) output?.pipe(log, { end: false });
  }

  async kill(): Promise<void> {
    this.installation.disturbances.hit();
    await this.running?.kill();
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }
}
