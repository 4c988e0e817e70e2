import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@yoyaku/simulation';
import type { Link } from './network';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

const AGAIN_MS = 300;

/** A way in which the link between two processes fails, until the link is mended. */
export interface NetworkFault {
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

/** What is to happen to a link. */
export interface Trouble {
  readonly link: Link;
  readonly fault: NetworkFault;
}

/** How long each of something lasts, ms, and to how many it happens at once: chosen by chance between both ends. */
export interface Dose {
  readonly lasts: Range;
  readonly atOnce: Range;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Brings those troubles about, in groups. Then, by chance, what waited on a silent link still arrives, or is lost with
 * its connections.
 */
export async function disturbLinks(world: World, troubles: readonly Trouble[], dose: Dose): Promise<string> {
  const { random, installation } = world;
  const left = random.shuffled(troubles);
  const facts: string[] = [];
  while (left.length > 0) {
    const group = left.splice(0, random.between(dose.atOnce.from, dose.atOnce.to));
    const ms = random.between(dose.lasts.from, dose.lasts.to);
    const ends = group.flatMap(({ link: { from, to } }) =>
      from === 'client' ? installation.disturbances.begin(to) : [],
    );
    installation.disturbances.hit();
    const until = performance.now() + ms;
    const each = random.fork();
    for (const { fault, link } of group) fault.strike(link, each);
    while (performance.now() < until) {
      await wait(Math.min(AGAIN_MS, Math.max(0, until - performance.now())));
      for (const { fault, link } of group) if (fault.repeated) fault.strike(link, each);
    }
    for (const { link } of group) {
      if (random.next() < 0.5) link.proxy.cut();
      link.proxy.mend();
    }
    for (const end of ends) end();
    facts.push(group.map(({ link: { from, to }, fault }) => `${from}–${to} ${fault.name}`).join(' and '));
  }
  const { ms } = await seeOwnBooking(world);
  return `${facts.join('; ')}; own booking seen after ${seconds(ms)}`;
}
