import { jumpClocks } from './clocks';
import { setOtherwise } from './database-settings';
import { deploy } from './deployments';
import { fillDisk } from './disks';
import { freezeAll } from './freezes';
import { type Dose, disturbLinks, NETWORK_FAULTS, type Range, type Trouble } from './network-faults';
import * as outages from './outages';
import { killProjectors } from './projectors';
import { killRebuilding, rebuildUnderLoad } from './rebuilds';
import { stopEach } from './stops';
import type { Fault } from './tally';
import type { World } from './world';

/** How much of everything there is in a run. */
export interface Extent {
  /** How many there are before anything happens. */
  readonly events: number;
  /** How often all faults come, one after the other. */
  readonly rounds: number;
  /** How often any of three projectors is killed. */
  readonly kills: number;
  /** How often who rebuilds is killed. */
  readonly rebuildKills: number;
  /** How many newer builds are rolled out. */
  readonly builds: number;
  /** How many answers, at most, every process of the api is asked for again in the end. */
  readonly answers: number;
  /** How many processes are killed at once. */
  readonly killedAtOnce: Range;
  /** How links are disturbed, and processes stand still. */
  readonly disturbed: Dose;
  readonly frozen: Dose;
  /** For how long the database is set otherwise, ms. */
  readonly setOtherwise: Range;
  /** Each fault of the network strikes every link; otherwise each link meets one of them. */
  readonly everyLink: boolean;
}

/** What fits into every change's checks: most faults strike several processes or links at once. */
export const SHORT: Extent = {
  events: 3_000,
  rounds: 1,
  kills: 1,
  rebuildKills: 1,
  builds: 1,
  answers: 500,
  killedAtOnce: { from: 2, to: 3 },
  disturbed: { lasts: { from: 3_500, to: 4_500 }, atOnce: { from: 4, to: 5 } },
  frozen: { lasts: { from: 4_000, to: 5_000 }, atOnce: { from: 2, to: 3 } },
  setOtherwise: { from: 1_500, to: 2_500 },
  everyLink: false,
};

/** One round takes about a quarter of an hour. */
export const LONG: Extent = {
  events: 30_000,
  rounds: 4,
  kills: 4,
  rebuildKills: 3,
  builds: 5,
  answers: 20_000,
  killedAtOnce: { from: 1, to: 2 },
  disturbed: { lasts: { from: 3_000, to: 20_000 }, atOnce: { from: 1, to: 3 } },
  frozen: { lasts: { from: 5_000, to: 30_000 }, atOnce: { from: 1, to: 2 } },
  setOtherwise: { from: 3_000, to: 20_000 },
  everyLink: true,
};

/** All faults, in their order: what takes longer the more events there are comes first. */
export const faultsOf = (extent: Extent): readonly Fault[] => [
  ['rebuilt under load: nobody notices', rebuildUnderLoad],
  ['kill -9 of who rebuilds: it goes on and ends', (world) => killRebuilding(world, extent.rebuildKills)],
  ['all read models dropped: they come back', outages.dropReadModels],
  ['their tables dropped: one command brings them back', outages.restoreReadModels],
  ['kill -9 of every process', (world) => outages.killAll(world, extent.killedAtOnce)],
  ...networkFaults(extent),
  ['every process stands still', (world) => freezeAll(world, extent.frozen)],
  ['the database is set otherwise: nothing is wrong', (world) => setOtherwise(world, extent.setOtherwise)],
  ['deployed under load: old and new builds side by side', (world) => deploy(world, extent.builds)],
  ['the disk of PostgreSQL is full: commands say so, none is half done', (world) => fillDisk(world, 'postgres')],
  [
    'the disk of event-node is full: commands say so, none is half done',
    (world) => fillDisk(world, 'event-node'),
    'event-node',
  ],
  ['NATS loses its data: read models follow', outages.wipeNats],
  ['NATS hangs: read models follow', outages.hangNats],
  ['NATS is gone: read models follow', outages.removeNats],
  ['kill -9 of any of three projectors: the others take over', (world) => killProjectors(world, extent.kills)],
  ['clocks jump: nothing comes of it', jumpClocks],
  ['PostgreSQL away: commands say so, none is half done', outages.removePostgres],
  ['event store away: commands say so, queries go on', outages.removeEventStore],
  ['every process stops within 10 s and answers what it was asked', stopEach],
  ['supervisor killed: a new start takes over', outages.killSupervisor],
];

function networkFaults({ disturbed, everyLink }: Extent): Fault[] {
  if (!everyLink) {
    const deal = ({ network: { links }, random }: World): Trouble[] =>
      random.shuffled(links).map((link, i) => {
        const fault = NETWORK_FAULTS[i % NETWORK_FAULTS.length];
        if (!fault) throw new Error('There are no faults');
        return { link, fault };
      });
    return [['network: every link fails in one way', (world) => disturbLinks(world, deal(world), disturbed)]];
  }
  return NETWORK_FAULTS.map((fault) => [
    `network ${fault.name}`,
    (world) =>
      disturbLinks(
        world,
        world.network.links.map((link) => ({ link, fault })),
        disturbed,
      ),
  ]);
}
