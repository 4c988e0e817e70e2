import type { StoredEvent } from '@yoyaku/eventing';
import { type Decided, problemOf } from './client';
import { excludes, type Hold, holdOf, type SlotData, sameSession } from './history';
import type { OfferedService } from './offers';

/** A hold, from the position of the event that made it to that of the one that ended it. */
interface Life {
  readonly hold: Hold;
  readonly from: bigint;
  readonly to: bigint | undefined;
}

/**
 * Refusals as `slot_taken` that nothing explains: at no moment between the question and the answer was every resource
 * that could have served taken, one moment for each resource. What had been stored at a moment is known from the
 * positions of the answers that came before, and of those to questions that were asked after it.
 */
export function unexplained(
  decided: readonly Decided[],
  services: readonly OfferedService[],
  events: readonly StoredEvent[],
): string[] {
  const lives = livesIn(events);
  const bookings = new Map(
    events.filter(({ type }) => type === 'BookingRequested').map(({ data }) => [data.bookingId, data]),
  );
  const { before, after } = moments(decided);
  return decided.flatMap(({ command, answer, sentAt, endedAt }) => {
    if (problemOf(answer) !== 'booking.slot_taken') return [];
    const [, , bookingId = ''] = command.path.split('/');
    const booking = bookings.get(bookingId);
    const { serviceId, partySize = 1 } = booking ?? command.body ?? {};
    const service = services.find(({ id }) => id === serviceId);
    if (!service) return `${command.path}: of no known service`;
    const start = Date.parse(String(command.body?.start));
    const [first, last] = [before(sentAt), after(endedAt)];
    const there = (resourceId: string) =>
      (lives.get(resourceId) ?? [])
        .filter(({ from, to }) => (last === undefined || from <= last) && (to === undefined || to > first))
        .map(({ hold }) => hold);
    const taken = (resourceId: string): boolean => {
      const { duration, before, after } = service;
      const place = { resourceId, bookingId, holdId: '', serviceId: service.id, start, end: start + duration };
      const wanted: Hold = { ...place, before, after, partySize: Number(partySize) };
      const holds = there(resourceId).filter((hold) => hold.bookingId !== bookingId);
      if (holds.some((hold) => excludes(hold, wanted))) return true;
      const party = holds.filter((hold) => sameSession(hold, wanted)).reduce((sum, hold) => sum + hold.partySize, 0);
      return party + wanted.partySize > service.capacity;
    };
    // A booking that is moved keeps its resources.
    const own = booking?.resourceIds as readonly string[] | undefined;
    const isTaken = own ? own.some(taken) : service.requirements.some((anyOf) => anyOf.every(taken));
    if (isTaken) return [];
    return `${command.method} ${command.path} of ${service.id} at ${command.body?.start}, between ${first} and ${last}`;
  });
}

function livesIn(events: readonly StoredEvent[]): Map<string, Life[]> {
  const ends = new Map<unknown, bigint>();
  for (const { type, data, position } of events) if (type === 'SlotReleased') ends.set(keyOf(data), position);
  const lives = new Map<string, Life[]>();
  for (const { type, data, position: from } of events) {
    if (type !== 'SlotReserved') continue;
    const hold = holdOf(data as unknown as SlotData);
    lives.getOrInsertComputed(hold.resourceId, () => []).push({ hold, from, to: ends.get(keyOf(data)) });
  }
  return lives;
}

const keyOf = ({ resourceId, bookingId, holdId }: StoredEvent['data']): string =>
  `${resourceId} ${bookingId} ${holdId}`;

/** The highest position surely stored at a moment, and the lowest that surely was not yet. */
function moments(decided: readonly Decided[]) {
  const positioned = decided.flatMap(({ answer, sentAt, endedAt }) => {
    const position = answer.headers.get('x-event-position');
    return answer.status < 300 && position ? { position: BigInt(position), sentAt, endedAt } : [];
  });
  const byEnd = positioned.toSorted((a, b) => a.endedAt - b.endedAt);
  const byStart = positioned.toSorted((a, b) => b.sentAt - a.sentAt);
  const highest = running(byEnd, (a, b) => (a > b ? a : b));
  const lowest = running(byStart, (a, b) => (a < b ? a : b));
  return {
    before: (at: number): bigint => highest[countWhile(byEnd, ({ endedAt }) => endedAt <= at) - 1] ?? 0n,
    after: (at: number): bigint | undefined => lowest[countWhile(byStart, ({ sentAt }) => sentAt >= at) - 1],
  };
}

/** Of each beginning of the list, the one that is chosen over all others. */
function running(list: readonly { position: bigint }[], choose: (a: bigint, b: bigint) => bigint): bigint[] {
  let chosen = list[0]?.position ?? 0n;
  return list.map(({ position }) => {
    chosen = choose(chosen, position);
    return chosen;
  });
}

/** How many of the first ones it holds for; it must hold for none behind them. */
function countWhile<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
