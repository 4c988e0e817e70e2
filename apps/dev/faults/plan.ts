import { jumpClocks } from './clocks';
import { deploy } from './deployments';
import { fillDisk } from './disks';
import { freezeAll } from './freezes';
import type { Link } from './network';
import { disturbLinks, NETWORK_FAULTS } from './network-faults';
import * as outages from './outages';
import { killProjectors } from './projectors';
import { killRebuilding, rebuildUnderLoad } from './rebuilds';
import type { World } from './world';

/** How much of everything there is in a run. */
export interface Extent {
  /** How many there are before anything happens. */
  readonly events: number;
  /** How often every process is killed, disturbed and frozen. */
  readonly rounds: number;
  /** How often any of three projectors is killed. */
  readonly kills: number;
  /** How often who rebuilds is killed. */
  readonly rebuildKills: number;
  /** How many newer builds are rolled out. */
  readonly builds: number;
  /** How many answers, at most, every process of the api is asked for again in the end. */
  readonly answers: number;
  /** For how long a link is disturbed, or a process stands still, ms. */
  readonly disturbed: { readonly from: number; readonly to: number };
  readonly frozen: { readonly from: number; readonly to: number };
  /** Each fault of the network strikes every link in every round; otherwise each link meets one of them. */
  readonly everyLink: boolean;
}

export const SHORT: Extent = {
  events: 6_000,
  rounds: 1,
  kills: 2,
  rebuildKills: 1,
  builds: 2,
  answers: 1_000,
  disturbed: { from: 3_500, to: 4_500 },
  frozen: { from: 4_000, to: 6_000 },
  everyLink: false,
};

export const LONG: Extent = {
  events: 100_000,
  rounds: 5,
  kills: 10,
  rebuildKills: 10,
  builds: 20,
  answers: 20_000,
  disturbed: { from: 3_000, to: 20_000 },
  frozen: { from: 5_000, to: 30_000 },
  everyLink: true,
};

/** What is done to an installation under load; gives what was seen, throws when that must not be. */
type Fault = readonly [name: string, strike: (world: World) => Promise<string>];

/** All faults, in their order. */
export const faultsOf = (extent: Extent): readonly Fault[] => [
  ...Array.from({ length: extent.rounds }, (_, i) => round(extent, extent.rounds > 1 ? `, round ${i + 1}` : '')).flat(),
  ['deployed under load: old and new builds side by side', (world) => deploy(world, extent.builds)],
  ['the disk of PostgreSQL is full: commands say so, none is half done', (world) => fillDisk(world, 'postgres')],
  ['the disk of event-node is full: commands say so, none is half done', (world) => fillDisk(world, 'event-node')],
  ['NATS loses its data: read models follow', outages.wipeNats],
  ['NATS hangs: read models follow', outages.hangNats],
  ['NATS is gone: read models follow', outages.removeNats],
  ['all read models dropped: they come back', outages.dropReadModels],
  ['their tables dropped: one command brings them back', outages.restoreReadModels],
  ['rebuilt under load: nobody notices', rebuildUnderLoad],
  ['kill -9 of who rebuilds: it goes on and ends', (world) => killRebuilding(world, extent.rebuildKills)],
  ['kill -9 of any of three projectors: the others take over', (world) => killProjectors(world, extent.kills)],
  ['clocks jump: nothing comes of it', jumpClocks],
  ['PostgreSQL away: commands say so, none is half done', outages.removePostgres],
  ['event store away: commands say so, queries go on', outages.removeEventStore],
  ['every process stops within 10 s and answers what it was asked', outages.stopEach],
  ['supervisor killed: a new start takes over', outages.killSupervisor],
];

function round({ disturbed, frozen, everyLink }: Extent, which: string): Fault[] {
  let dealt: readonly Link[] = [];
  const linksFor = ({ network: { links }, random }: World, fault: number): readonly Link[] => {
    if (everyLink) return links;
    if (fault === 0) dealt = random.shuffled(links);
    return dealt.filter((_, i) => i % NETWORK_FAULTS.length === fault);
  };
  return [
    [`kill -9 of every process${which}`, outages.killAll],
    ...NETWORK_FAULTS.map(
      (fault, i): Fault => [
        `network ${fault.name}${which}`,
        (world) => disturbLinks(world, fault, linksFor(world, i), disturbed),
      ],
    ),
    [`every process stands still${which}`, (world) => freezeAll(world, frozen)],
  ];
}
