import type { StoredEvent } from '@yoyaku/eventing';
import type { Decided, Request, Unsure } from './client';

/** What a command does to one booking or customer, in words that answers and events have in common. */
interface Effect {
  readonly id: string;
  readonly effect: string;
}

const MADE = 'made';

/** What this event did; undefined when no command of the load does such a thing. */
const EFFECTS: Readonly<Record<string, (data: StoredEvent['data']) => Effect | undefined>> = {
  BookingRequested: ({ bookingId }) => ({ id: String(bookingId), effect: MADE }),
  BookingRescheduled: ({ bookingId, start }) => ({ id: String(bookingId), effect: movedTo(start) }),
  BookingCancelled: ({ bookingId }) => ({ id: String(bookingId), effect: 'cancelled' }),
  /** Who books becomes a customer too, with a user. */
  CustomerCreated: ({ customerId, userId }) => (userId ? undefined : { id: String(customerId), effect: MADE }),
  CustomerStatusChanged: ({ customerId, status }) => ({ id: String(customerId), effect: `now ${status}` }),
};

const movedTo = (start: unknown): string => `moved to ${new Date(String(start)).toISOString()}`;

/** Where the path names whom the command is about. */
function effectOf({ method, path, body }: Request): Partial<Effect> {
  const [, , id, action] = path.split('/');
  if (id === undefined) return { effect: MADE };
  if (action === 'reschedule') return { id, effect: movedTo(body?.start) };
  return { id, effect: method === 'PUT' ? `now ${body?.status}` : 'cancelled' };
}

/** By which one command to make something is told from another, as far as its event tells: who made it is not asked. */
const askedFor = ({ path, body = {} }: Request): string =>
  path === '/bookings' ? described(body.serviceId, body.start, body.partySize) : path;

const made = ({ type, data }: StoredEvent): string =>
  type === 'BookingRequested' ? described(data.serviceId, data.start, data.partySize) : '/customers';

const described = (serviceId: unknown, start: unknown, partySize: unknown): string =>
  `${serviceId} at ${new Date(String(start)).toISOString()} for ${partySize ?? 1}`;

export interface EffectsJudged {
  /** Effects that were told and are not there, that are there and were not asked for, or that are there twice. */
  readonly findings: readonly string[];
  /** Whose last state nobody was told. */
  readonly uncertain: ReadonlySet<string>;
  /** How many commands without an answer turned out to be done. */
  readonly doneUnheard: number;
}

/**
 * Every command that was told to be done must have had its effect exactly once, and in its order; one whose answer did
 * not come, once or not at all; one that was refused, none.
 */
export function judgeEffects(
  decided: readonly Decided[],
  unsure: readonly Unsure[],
  events: readonly StoredEvent[],
): EffectsJudged {
  const found = new Map<string, string[]>();
  const makers = new Map<string, StoredEvent>();
  for (const event of events) {
    const effect = EFFECTS[event.type]?.(event.data);
    if (!effect) continue;
    if (effect.effect === MADE) makers.set(effect.id, event);
    found.getOrInsertComputed(effect.id, () => []).push(effect.effect);
  }
  const told = new Map<string, string[]>();
  for (const { command, answer } of decided) {
    if (answer.status >= 300) continue;
    const { id = (JSON.parse(answer.body) as { id: string }).id, effect = '' } = effectOf(command);
    told.getOrInsertComputed(id, () => []).push(effect);
  }
  const unheard = new Map<string, string[]>();
  const makings: string[] = [];
  for (const { command } of unsure) {
    const { id, effect = '' } = effectOf(command);
    if (id === undefined) makings.push(askedFor(command));
    else unheard.getOrInsertComputed(id, () => []).push(effect);
  }

  const findings: string[] = [];
  let doneUnheard = 0;
  for (const id of new Set([...told.keys(), ...found.keys()])) {
    const are = [...(found.get(id) ?? [])];
    const mustBe = told.get(id) ?? [];
    const maker = makers.get(id);
    // Users whose booking made them customers are nobody that the load has added.
    if (!maker && mustBe.length === 0) continue;
    if (maker && mustBe[0] !== MADE) {
      const at = makings.indexOf(made(maker));
      if (at < 0) findings.push(`${id} was made, and nobody was told or has asked for it`);
      else makings.splice(at, 1);
      doneUnheard += 1;
      are.shift();
    }
    const extra = are.slice(mustBe.length);
    const possible = unheard.get(id) ?? [];
    const isPossible = extra.length <= possible.length && extra.every((effect) => possible.includes(effect));
    doneUnheard += extra.length;
    if (String(are.slice(0, mustBe.length)) !== String(mustBe) || !isPossible) {
      findings.push(
        `${id}: told were [${mustBe}], stored are [${are}]${possible.length > 0 ? ` (unheard: ${possible})` : ''}`,
      );
    }
  }
  const madeUnheard = [...makers.keys()].filter((id) => !told.has(id));
  return { findings, uncertain: new Set([...unheard.keys(), ...madeUnheard]), doneUnheard };
}

/**
 * Answers that tell a position at which there is no event, or before what they tell of: who waits for that position
 * does not see it. A command that had been done before, when it came again, may tell a later one.
 */
export function lostPositions(decided: readonly Decided[], events: readonly StoredEvent[]): string[] {
  const positions = new Set(events.map(({ position }) => position));
  const effects = new Map<string, bigint>();
  for (const { type, data, position } of events) {
    const effect = EFFECTS[type]?.(data);
    if (effect) effects.getOrInsert(`${effect.id} ${effect.effect}`, position);
  }
  return decided.flatMap(({ command, answer }) => {
    if (answer.status >= 300) return [];
    const position = BigInt(answer.headers.get('x-event-position') ?? -1);
    const { id = (JSON.parse(answer.body) as { id: string }).id, effect } = effectOf(command);
    const done = effects.get(`${id} ${effect}`);
    if (positions.has(position) && done !== undefined && done <= position) return [];
    return `${command.method} ${command.path} was done at ${done}, and is told to be at ${position}`;
  });
}

/** The events of the past that are not where they were any more, or not as they were. */
export function lostPast(past: readonly StoredEvent[], events: readonly StoredEvent[]): string[] {
  return past.flatMap((before, i) => {
    const now = events[i];
    const isSame = now && now.id === before.id && now.metadata.hash === before.metadata.hash;
    return isSame && now.position === before.position ? [] : `${before.type} at ${before.position} of ${before.stream}`;
  });
}
