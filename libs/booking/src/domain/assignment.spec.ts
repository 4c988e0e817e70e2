import { id, millisecondsOf } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { assign, bestAssignment, bookingsAtOnce, type Candidates } from './assignment';
import { choicesAt } from './rules';

const few = fc.uniqueArray(fc.nat(5), { maxLength: 5 });
const someRequirements = fc.array(few, { minLength: 1, maxLength: 4 });

/** Every way to give each requirement a candidate of its own, in the candidates' order, found by trying all. */
function* waysOf([first, ...others]: Candidates, taken: readonly number[] = []): Generator<readonly number[]> {
  if (!first) return void (yield taken);
  for (const one of first) if (!taken.includes(one)) yield* waysOf(others, [...taken, one]);
}

/** The most bookings there can be, found by making one after the other in every way. */
function mostBookings(requirements: Candidates, units: readonly number[]): number {
  let most = 0;
  for (const way of waysOf(requirements)) {
    if (way.some((one) => units[one] === 0)) continue;
    most = Math.max(
      most,
      1 +
        mostBookings(
          requirements,
          units.map((left, i) => (way.includes(i) ? left - 1 : left)),
        ),
    );
  }
  return most;
}

/** So many requirements that share so many candidates. */
const shared = (requirements: number, candidates: number): number[][] =>
  Array.from({ length: requirements }, () => Array.from({ length: candidates }, (_, i) => i));

const named = (requirements: Candidates) => requirements.map((anyOf) => anyOf.map((one) => id(`${one}`)));

describe('an assignment of resources to requirements', () => {
  it('is found where there is one, and it is the first in order of preference', () =>
    fc.assert(
      fc.property(someRequirements, (requirements) => {
        const [first] = waysOf(requirements);
        expect(assign(named(requirements))).toEqual(first?.map((one) => `${one}`));
      }),
      { numRuns: 2_000 },
    ));

  it('at one place is the first of those whose resources are at one place, or at none', () =>
    fc.assert(
      fc.property(
        someRequirements,
        fc.array(fc.constantFrom(id('ginza'), id('shibuya'), null), { minLength: 6, maxLength: 6 }),
        fc.boolean(),
        (unordered, places, byResources) => {
          const requirements = unordered.map((anyOf) => anyOf.toSorted());
          const isAtOne = (way: readonly number[]) => new Set(way.flatMap((one) => places[one] ?? [])).size < 2;
          const [first] = waysOf(requirements).filter(isAtOne);
          const locations = [id('ginza'), id('shibuya'), ...(byResources ? [null] : [])];
          const choices = locations.flatMap((locationId) =>
            choicesAt({ locationId, byResources }, named(requirements), (one) => places[Number(one)] ?? null),
          );
          const finding = bestAssignment(
            choices.map((lists) => ({ requirements: lists })),
            (a, b) => Number(a) - Number(b),
          );
          let found = finding.next();
          let pauses = 0;
          for (; !found.done; found = finding.next()) pauses++;
          const best = found.value;
          expect(pauses).toBe(Math.max(0, choices.length - 1));
          expect(best?.chosen).toEqual(first?.map((one) => `${one}`));
        },
      ),
      { numRuns: 2_000 },
    ));

  it('can be made as often as resources last', () =>
    fc.assert(
      fc.property(
        fc.array(few, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
        (requirements, units) => {
          const most = mostBookings(requirements, units);
          expect(bookingsAtOnce(requirements, units)).toBe(most);
        },
      ),
      { numRuns: 500 },
    ));

  it('is found, or not, within milliseconds, however many requirements there are', () => {
    let found: unknown[] = [];
    const spent = millisecondsOf(() => {
      found = [
        assign(named(shared(10, 9))),
        assign(named(shared(16, 40)))?.length,
        bookingsAtOnce(shared(10, 9), Array(9).fill(10_000)),
        bookingsAtOnce(shared(16, 40), Array(40).fill(2)),
      ];
    });
    expect(found).toEqual([undefined, 16, 0, 5]);
    expect(spent).toBeLessThan(10_000);
  });
});
