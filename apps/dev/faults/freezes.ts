import { setTimeout as wait } from 'node:timers/promises';
import { PROCESSES } from './installation';
import type { Dose } from './network-faults';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

/** Every process stands still once (SIGSTOP), in groups. */
export async function freezeAll(world: World, { lasts, atOnce }: Dose): Promise<string> {
  const { installation, random } = world;
  const facts: string[] = [];
  const left = random.shuffled(installation.own(PROCESSES, 'SIGSTOP'));
  while (left.length > 0) {
    const names = left.splice(0, random.between(atOnce.from, atOnce.to));
    const ms = random.between(lasts.from, lasts.to);
    const thaws = names.map((name) => installation.freeze(name));
    await wait(ms);
    for (const thaw of thaws) thaw();
    const seen = await seeOwnBooking(world);
    facts.push(`${names.join(' and ')} for ${seconds(ms)} (seen after ${seconds(seen.ms)})`);
  }
  return facts.join(', ');
}
