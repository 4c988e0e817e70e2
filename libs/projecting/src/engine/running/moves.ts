import type { Instant } from '@yoyaku/kernel';
import type { Statement } from '@yoyaku/postgres';
import { MOVE, MOVE_PARTIES } from '../tables/engine-schema';
import { toJson } from '../tables/json';
import { CHANGED } from './channels';
import { furthest } from './positions';
import { type Failure, failureOf } from './read-event';
import type { Work } from './work';

/**
 * A party that was quarantined, and its partition, which have come to the same position: it needs no shard any more.
 */
export interface Level {
  readonly party: string;
  readonly its: Work;
  readonly whole: Work;
}

/** Parties that have caught up after these works. */
export function levelsOf(works: readonly Work[]): Level[] {
  return works.flatMap((its) => {
    const { party, generation, partition } = its.shard;
    if (party === undefined || its.failed) return [];
    const whole = works.find(
      ({ shard }) => shard.generation === generation && shard.partition === partition && shard.quarantined.has(party),
    );
    return whole && whole.position === its.position ? [{ party, its, whole }] : [];
  });
}

export interface Mover {
  readonly owner: string;
  /** What its build can read: see `EventCodec.reads`. */
  readonly reads: string;
  readonly sequence: number | null;
  readonly at: Instant | undefined;
}

/** The positions of shards and quarantined parties after these works. */
export function movesOf(works: readonly Work[], levels: readonly Level[], mover: Mover): Statement[] {
  const moves = works.filter(({ shard }) => shard.party === undefined).map((work) => move(work, mover));
  const parties = works.flatMap((work) => partiesOf(work, levels, mover));
  const isNews = works.some(({ unreadable }) => unreadable) || parties.some(({ isSeen }) => isSeen);
  return [
    ...(moves.length > 0 ? [{ name: 'move', text: `select ${MOVE}($1)`, values: [toJson(moves)] }] : []),
    ...(parties.length > 0
      ? [{ name: 'move parties', text: `select ${MOVE_PARTIES}($1)`, values: [toJson(parties)] }]
      : []),
    ...(isNews ? [{ text: `select pg_notify('${CHANGED}', '')` }] : []),
  ];
}

function move({ shard, position, failed, unreadable }: Work, { owner, reads, sequence, at }: Mover) {
  return {
    projection: shard.projection.name,
    generation: shard.generation.number,
    partition: shard.partition,
    owner,
    from: `${shard.durable}`,
    to: `${position}`,
    quarantined: shard.quarantined.size,
    sequence,
    at,
    failure: failed && failureOf(failed.at, failed.error),
    unreadable: unreadable && { event: failureOf(unreadable.at, unreadable.error), builds: [reads] },
  };
}

/** As {@link MOVE_PARTIES} takes them: `from` is null of one that is new, `to` of one that is level. */
interface PartyMove {
  readonly projection: string;
  readonly generation: number;
  readonly partition: number;
  readonly party: string;
  readonly owner: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly failure: Failure | null;
  /** Whether it changes what queries of the party are answered. */
  readonly isSeen: boolean;
}

function partiesOf(work: Work, levels: readonly Level[], { owner, reads }: Mover): PartyMove[] {
  const { shard, position, failed, quarantined } = work;
  const place = { projection: shard.projection.name, generation: shard.generation.number, owner };
  const { party, partition } = shard;
  if (party !== undefined) {
    const isLevel = levels.some(({ its }) => its.shard === shard);
    const failure = failed ? failureOf(failed.at, failed.error, reads) : null;
    const to = isLevel ? null : `${position}`;
    return [{ ...place, partition, party, from: `${shard.durable}`, to, failure, isSeen: isLevel || failure !== null }];
  }
  return [...quarantined].map(([party, { at, error }]) => ({
    ...place,
    partition: at.partition,
    party,
    from: null,
    to: `${furthest(at.previous, shard.position)}`,
    failure: failureOf(at, error, reads),
    isSeen: shard.serves,
  }));
}
