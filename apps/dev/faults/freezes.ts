import { setTimeout as wait } from 'node:timers/promises';
import { PROCESSES } from './installation';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

/** Every process stands still once (SIGSTOP), one or two at a time, for a time of chance between these (ms). */
export async function freezeAll(world: World, lasts: { readonly from: number; readonly to: number }): Promise<string> {
  const { installation, random } = world;
  const facts: string[] = [];
  const left = random.shuffled(PROCESSES);
  while (left.length > 0) {
    const names = left.splice(0, random.between(1, 2));
    const ms = random.between(lasts.from, lasts.to);
    const thaws = names.map((name) => installation.freeze(name));
    await wait(ms);
    for (const thaw of thaws) thaw();
    const seen = await seeOwnBooking(world);
    facts.push(`${names.join(' and ')} for ${seconds(ms)} (seen after ${seconds(seen.ms)})`);
  }
  return facts.join(', ');
}
