import type { StoredEvent } from '@yoyaku/eventing';
import { type Decided, problemOf } from './client';
import type { Course, Courses } from './course';
import { blockOf, excludes, type Hold, holdOf, isBlock, type SlotData, sameSession } from './holds';
import { isIn, type Moments, type Window } from './moments';
import type { OfferedService } from './offers';
import type { Shown } from './shown';
import { takes, wishOf } from './things';

/** What stands in a calendar, from the position of the event that put it there to that of the one that ended it. */
interface Life {
  readonly hold: Hold;
  readonly from: bigint;
  readonly to: bigint | undefined;
}

/** What refusals are held against. */
export interface Known {
  readonly services: readonly OfferedService[];
  readonly events: readonly StoredEvent[];
  readonly courses: Courses;
  readonly bookings: ReadonlyMap<string, Course<Shown | undefined>>;
  readonly moments: Moments;
}

/**
 * Final refusals that nothing explains: at no moment between the question and the answer was it so as they say. Those
 * that the load gives no reason for are never explained.
 */
export function unexplained(decided: readonly Decided[], known: Known): string[] {
  const lives = livesIn(known.events);
  return decided.flatMap((one) => {
    const { command, answer } = one;
    const code = problemOf(answer);
    if (answer.status < 300) return [];
    const window = known.moments.within(one);
    const isTrue = EXPLANATIONS[code ?? '']?.(one, window, known, lives);
    if (isTrue) return [];
    const what = `${command.method} ${command.path} ${JSON.stringify(command.body ?? {})}`;
    return `${what} was answered ${answer.status} ${code}, between ${window.after} and ${window.before}`;
  });
}

type Explanation = (
  one: Decided,
  window: Window,
  known: Known,
  lives: ReadonlyMap<string, readonly Life[]>,
) => boolean | undefined;

/** Its thing was not such, at some moment, as it must be for that. */
const isRefusedByState: Explanation = ({ command }, window, { courses }) => {
  const { thing = '', effect } = wishOf(command);
  return courses.facts
    .get(thing)
    ?.during(window)
    .some((facts) => !takes(facts, effect));
};

/** To that booking, or, where its id was never told, to any. */
const happened = ({ events }: Known, window: Window, type: string, bookingId: string | undefined): boolean =>
  events.some(
    (event) =>
      event.type === type &&
      (bookingId === undefined || event.data.bookingId === bookingId) &&
      isIn(window, event.position),
  );

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  'booking.slot_taken': (one, window, known, lives) => isTaken(one, window, known, lives),
  'booking.invalid_transition': isRefusedByState,
  'customer.not_found': isRefusedByState,
  'block.not_found': isRefusedByState,
  'booking.changed_meanwhile': ({ command }, window, known) =>
    happened(known, window, 'BookingRescheduled', wishOf(command).thing),
  /** A request that failed half-way was cleared away before it came again. */
  'booking.abandoned': ({ command }, window, known) => {
    const { thing } = wishOf(command);
    return happened(known, window, thing === undefined ? 'BookingAbandoned' : 'BookingHoldForfeited', thing);
  },
};

/** Every resource that could have served was taken, each at some moment. */
function isTaken(
  { command }: Decided,
  window: Window,
  { services, bookings }: Known,
  lives: ReadonlyMap<string, readonly Life[]>,
): boolean {
  const { thing: bookingId = '' } = wishOf(command);
  const there = (resourceId: string) =>
    (lives.get(resourceId) ?? [])
      .filter(
        ({ from, to }) =>
          (window.before === undefined || from < window.before) && (to === undefined || to > window.after),
      )
      .map(({ hold }) => hold)
      .filter((hold) => hold.bookingId !== bookingId);
  const { body = {}, path } = command;
  const [, , resourceId] = path.split('/');
  if (path.endsWith('/blocks') && resourceId) {
    const block = blockOf({ resourceId, start: body.start, end: body.end });
    return there(resourceId).some((hold) => !isBlock(hold) && excludes(hold, block));
  }
  // A booking that moves, or comes back, keeps its resources.
  const own = bookingId ? bookings.get(bookingId)?.during(window) : [undefined];
  return (own ?? []).some((booking) => {
    const { serviceId, partySize, start } = { partySize: 1, ...booking, ...(body as Partial<Shown>) };
    const service = services.find(({ id }) => id === serviceId);
    if (!service) return false;
    const taken = (resourceId: string) =>
      isFull(service, wantedOf(service, { resourceId, bookingId, partySize, start: String(start) }), there(resourceId));
    return booking ? booking.resourceIds.some(taken) : service.requirements.some((anyOf) => anyOf.every(taken));
  });
}

function wantedOf(
  { id: serviceId, duration, before, after, capacity }: OfferedService,
  { start: at, ...place }: Pick<Hold, 'resourceId' | 'bookingId' | 'partySize'> & { readonly start: string },
): Hold {
  const start = Date.parse(at);
  return { ...place, holdId: '', serviceId, shared: capacity > 1, start, end: start + duration, before, after };
}

function isFull({ capacity }: OfferedService, wanted: Hold, holds: readonly Hold[]): boolean {
  if (holds.some((hold) => excludes(hold, wanted))) return true;
  const party = holds.filter((hold) => sameSession(hold, wanted)).reduce((sum, hold) => sum + hold.partySize, 0);
  return party + wanted.partySize > capacity;
}

function livesIn(events: readonly StoredEvent[]): Map<string, Life[]> {
  const ends = new Map<unknown, bigint>();
  const lives = new Map<string, Life[]>();
  for (const { type, data, position } of events) {
    if (type === 'SlotReleased') ends.set(keyOf(data), position);
    if (type === 'TimeUnblocked') ends.set(data.blockId, position);
  }
  const add = (hold: Hold, from: bigint, to: bigint | undefined) =>
    lives.getOrInsertComputed(hold.resourceId, () => []).push({ hold, from, to });
  for (const { type, data, position } of events) {
    if (type === 'SlotReserved') add(holdOf(data as unknown as SlotData), position, ends.get(keyOf(data)));
    if (type === 'TimeBlocked') add(blockOf(data), position, ends.get(data.blockId));
  }
  return lives;
}

const keyOf = ({ resourceId, bookingId, holdId }: StoredEvent['data']): string =>
  `${resourceId} ${bookingId} ${holdId}`;
