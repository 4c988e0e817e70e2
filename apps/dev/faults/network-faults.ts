import { setTimeout as wait } from 'node:timers/promises';
import type { Link } from './network';
import type { Random } from './random';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

const AGAIN_MS = 300;

/** A way in which the link between two processes fails, until the link is mended. */
interface NetworkFault {
  readonly name: string;
  strike(link: Link, random: Random): void;
  /** One strike is over at once, so that it is struck again and again for as long as the fault is to last. */
  readonly repeated?: true;
}

export const NETWORK_FAULTS: readonly NetworkFault[] = [
  { name: 'slow', strike: ({ proxy }, random) => proxy.slow(random.between(30, 250)) },
  { name: 'cut after the request was sent', strike: ({ proxy }) => proxy.loseNextAnswers(), repeated: true },
  { name: 'silent, half open', strike: ({ proxy }) => proxy.silence() },
  { name: 'requests unheard', strike: ({ proxy }) => proxy.silence('toServer') },
  { name: 'answers unheard', strike: ({ proxy }) => proxy.silence('toClient') },
  { name: 'refused', strike: ({ proxy }) => proxy.refuse() },
];

/**
 * Disturbs those links in groups of one to three, each group for a time of chance within `lasts` (ms). Then, by chance,
 * what waited on a silent link still arrives, or is lost with its connections.
 */
export async function disturbLinks(
  world: World,
  fault: NetworkFault,
  links: readonly Link[],
  lasts: { readonly from: number; readonly to: number },
): Promise<string> {
  const { random, installation } = world;
  const left = random.shuffled(links);
  const facts: string[] = [];
  while (left.length > 0) {
    const group = left.splice(0, random.between(1, 3));
    const ms = random.between(lasts.from, lasts.to);
    const ends = group.flatMap(({ from, to }) => (from === 'client' ? installation.disturbances.begin(to) : []));
    const until = performance.now() + ms;
    const each = random.fork();
    do {
      for (const link of group) fault.strike(link, each);
      await wait(fault.repeated ? Math.min(ms, AGAIN_MS) : ms);
    } while (fault.repeated && performance.now() < until);
    for (const { proxy } of group) {
      if (random.next() < 0.5) proxy.cut();
      proxy.mend();
    }
    for (const end of ends) end();
    facts.push(group.map(({ from, to }) => `${from}–${to}`).join(' and '));
  }
  const { ms } = await seeOwnBooking(world);
  return `${facts.join(', ')}; own booking seen after ${seconds(ms)}`;
}
