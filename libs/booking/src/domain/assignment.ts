import type { Uuid } from '@yoyaku/kernel';

/*
 * Which resources meet which requirements is a bipartite graph, and to give each requirement its own resource is a
 * matching in it. Candidates are known by numbers from 0; `units` says how many bookings each of them may serve.
 */

/** For each requirement the candidates that would do. */
export type Candidates = readonly (readonly number[])[];

/**
 * Is called before work is done, with its cost: the list entries to look at. Throws to stop work that takes too long.
 */
export type Spend = (steps: number) => void;

/** Costs in steps: of a call, of copying or collecting one entry, of starting the search for a path. */
const PREPARATION = 1_000;
const COPY = 20;
const PATH = 100;

const uncounted: Spend = () => {};

/**
 * Gives each requirement one of its candidates, all of them different; undefined if there are not enough. Candidates
 * are in order of preference: the first requirement gets the best that it can have, then the second, and so on.
 */
export function assign(requirements: readonly (readonly Uuid[])[]): readonly Uuid[] | undefined {
  const ids = [...new Set(requirements.flat())];
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const candidates = requirements.map((anyOf) => anyOf.map((id) => numbers.get(id) as number));
  const units = ids.map(() => 1);
  const chosen: Uuid[] = [];
  for (const [i, anyOf] of candidates.entries()) {
    const best = anyOf.find((candidate) => {
      if (units[candidate] === 0) return false;
      units[candidate] = 0;
      const isEnough = canServe(candidates.slice(i + 1), units, 1);
      if (!isEnough) units[candidate] = 1;
      return isEnough;
    });
    if (best === undefined) return undefined;
    chosen.push(ids[best] as Uuid);
  }
  return chosen;
}

/**
 * The best of the assignments that are possible: the one whose first candidate comes first by `compare`, then whose
 * second does, and so on. Each choice has its candidates in that order. Yields between choices, of which there may be
 * hundreds, so that the caller can let other work go first.
 */
export function* bestAssignment<Choice extends { readonly requirements: readonly (readonly Uuid[])[] }>(
  choices: readonly Choice[],
  compare: (a: Uuid, b: Uuid) => number,
): Generator<void, Assignment<Choice> | undefined> {
  let best: Assignment<Choice> | undefined;
  for (const [i, choice] of choices.entries()) {
    if (i > 0) yield;
    const chosen = assign(choice.requirements);
    if (chosen && (!best || firstDifference(chosen, best.chosen, compare) < 0)) best = { choice, chosen };
  }
  return best;
}

interface Assignment<Choice> {
  readonly choice: Choice;
  readonly chosen: readonly Uuid[];
}

function firstDifference(a: readonly Uuid[], b: readonly Uuid[], compare: (a: Uuid, b: Uuid) => number): number {
  const at = a.findIndex((id, i) => id !== b[i]);
  return at < 0 ? 0 : compare(a[at] as Uuid, b[at] as Uuid);
}

/** How many bookings can take place at the same time, each with a different candidate for each requirement. */
export function bookingsAtOnce(requirements: Candidates, units: ArrayLike<number>, spend: Spend = uncounted): number {
  spend(PREPARATION + COPY * sizeOf(requirements));
  let possible = 0;
  let impossible = mostOf(requirements, units) + 1;
  for (let count = impossible - 1; possible + 1 < impossible; count = (possible + impossible) >>> 1) {
    if (canServe(requirements, units, count, spend)) possible = count;
    else impossible = count;
  }
  return possible;
}

const sizeOf = (requirements: Candidates): number => requirements.reduce((sum, { length }) => sum + length, 0);

/** An upper bound: the units of each requirement's candidates, and the units of all candidates shared by all. */
function mostOf(requirements: Candidates, units: ArrayLike<number>): number {
  const sumOf = (candidates: Iterable<number>): number => {
    let sum = 0;
    for (const candidate of candidates) sum += units[candidate] as number;
    return sum;
  };
  const shared = Math.floor(sumOf(new Set(requirements.flat())) / requirements.length);
  return requirements.reduce((least, candidates) => Math.min(least, sumOf(candidates)), shared);
}

/**
 * Whether `count` bookings can take place at the same time. They can if each requirement is given `count` units and no
 * candidate gives more than `count`: by Kőnig's theorem on edge colouring, the units given then split into `count`
 * matchings, and each matching is one booking. The units are a flow, found by shortest augmenting paths (Edmonds and
 * Karp).
 */
export function canServe(
  requirements: Candidates,
  units: ArrayLike<number>,
  count: number,
  spend: Spend = uncounted,
): boolean {
  spend(PREPARATION + (COPY + requirements.length) * units.length);
  const spare = Array.from(units, (left) => Math.min(left, count));
  const given = requirements.map(() => new Float64Array(spare.length));
  for (let requirement = 0; requirement < requirements.length; requirement++) {
    for (let missing = count; missing > 0; ) {
      const last = shortestPath(requirements, given, spare, requirement, spend);
      if (!last) return false;
      missing -= giveAlong(last, given, spare, missing);
    }
  }
  return true;
}

/** The requirement takes units of the candidate. In return it gives up units of the previous step's candidate. */
interface Step {
  readonly requirement: number;
  readonly candidate: number;
  readonly before: Step | undefined;
}

/** By requirement: how many units it was given of each candidate. */
type Given = readonly Float64Array[];

/** The last step of the shortest path from the requirement to a candidate that has units to spare. */
function shortestPath(
  requirements: Candidates,
  given: Given,
  spare: readonly number[],
  from: number,
  spend: Spend,
): Step | undefined {
  const queue: { requirement: number; before: Step | undefined }[] = [{ requirement: from, before: undefined }];
  const queued = new Set([from]);
  for (const { requirement, before } of queue) {
    const candidates = requirements[requirement] as readonly number[];
    spend(PATH + candidates.length);
    const free = candidates.find((candidate) => (spare[candidate] as number) > 0);
    if (free !== undefined) return { requirement, candidate: free, before };
    for (let other = 0; other < given.length; other++) {
      if (queued.has(other)) continue;
      spend(candidates.length);
      const candidate = candidates.find((one) => (given[other]?.[one] as number) > 0);
      if (candidate === undefined) continue;
      queued.add(other);
      queue.push({ requirement: other, before: { requirement, candidate, before } });
    }
  }
  return undefined;
}

/** Moves as many of the wanted units as the path allows, and returns how many. */
function giveAlong(last: Step, given: Given, spare: number[], wanted: number): number {
  let amount = Math.min(wanted, spare[last.candidate] as number);
  for (let step = last; step.before; step = step.before) {
    amount = Math.min(amount, given[step.requirement]?.[step.before.candidate] as number);
  }
  spare[last.candidate] = (spare[last.candidate] as number) - amount;
  for (let step: Step | undefined = last; step; step = step.before) {
    const units = given[step.requirement] as Float64Array;
    units[step.candidate] = (units[step.candidate] as number) + amount;
    if (step.before) units[step.before.candidate] = (units[step.before.candidate] as number) - amount;
  }
  return amount;
}
