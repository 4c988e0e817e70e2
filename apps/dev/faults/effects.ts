import type { StoredEvent } from '@yoyaku/eventing';
import type { Decided, Unsure } from './client';
import { Course, type Courses, type Done } from './course';
import { idIn, isIn, type Moments, positionIn, type Window } from './moments';
import { askedFor, type Facts, MADE, madeFrom, wishOf } from './things';

export interface EffectsJudged {
  /** Effects that were told and are not there, or not there and then; that are there and were not asked for, or twice. */
  readonly findings: readonly string[];
  /** Which event is the effect of which command. A command that found its effect in place has none of its own. */
  readonly effects: ReadonlyMap<Decided, StoredEvent>;
  /** How many commands without an answer turned out to be done. */
  readonly doneUnheard: number;
}

/** A command that may have had an effect, with the stretch of the store's order in which that must lie. */
interface Cause {
  readonly window: Window;
  readonly decided?: Decided;
  isUsed: boolean;
}

const UNSEEN = new Course<Facts>({});

/**
 * Holds commands against the order of the store, which is the one order of all that happened: every command that was
 * told to be done has its effect there exactly once, between the question and the answer, or found it in place then; one
 * whose answer did not come has it once, after the question, or not at all; and nothing else is there.
 */
export function judgeEffects(
  decided: readonly Decided[],
  unsure: readonly Unsure[],
  { done, facts, impossible }: Courses,
  moments: Moments,
): EffectsJudged {
  const causes = causesOf(decided, unsure, moments);
  const findings = [...impossible];
  const effects = new Map<Decided, StoredEvent>();
  let doneUnheard = 0;

  for (const effect of done) {
    const { event } = effect;
    const cause = causeOf(effect, causes);
    if (!cause) {
      findings.push(`${effect.thing}: ${effect.effect} at ${event.position}, which nobody was told or has asked for`);
      continue;
    }
    cause.isUsed = true;
    if (cause.decided) effects.set(cause.decided, event);
    else doneUnheard += 1;
  }
  for (const [key, group] of causes) {
    const [thing = '', effect = ''] = key.split('\n');
    const isSoIn = (window: Window) =>
      (facts.get(thing) ?? UNSEEN).during(window).some((now) => Object.values(now).includes(effect));
    for (const { decided: told, window, isUsed } of group) {
      if (!told || isUsed || isSoIn(window)) continue;
      findings.push(`${thing}: ${effect} was told, and is not there between ${window.after} and ${window.before}`);
    }
  }
  return { findings, effects, doneUnheard };
}

/** By thing and effect, or by what was asked for where the thing's id was not told; the first to end come first. */
function causesOf(decided: readonly Decided[], unsure: readonly Unsure[], moments: Moments): Map<string, Cause[]> {
  const causes = new Map<string, Cause[]>();
  const add = (key: string, cause: Cause) => causes.getOrInsertComputed(key, () => []).push(cause);
  for (const one of decided.filter(({ answer }) => answer.status < 300)) {
    const { thing = idIn(one.answer), effect } = wishOf(one.command);
    add(`${thing}\n${effect}`, {
      window: upTo(positionIn(one.answer), moments.within(one)),
      decided: one,
      isUsed: false,
    });
  }
  for (const group of causes.values()) group.sort((a, b) => compareEnds(a.window, b.window));
  for (const one of unsure) {
    const { thing, effect } = wishOf(one.command);
    // What was sent may be done long after nobody waits for it any more.
    const window = { after: moments.storedAt(one.sentAt), before: undefined };
    add(thing === undefined ? askedFor(one.command) : `${thing}\n${effect}`, { window, isUsed: false });
  }
  return causes;
}

/** What an answer tells of is not behind the position that it tells. */
const upTo = (told: bigint | undefined, { after, before }: Window): Window => ({
  after,
  before: told === undefined || (before !== undefined && before <= told) ? before : told + 1n,
});

function compareEnds({ before: a }: Window, { before: b }: Window): number {
  if (a === b) return 0;
  return b === undefined || (a !== undefined && a < b) ? -1 : 1;
}

/** Of those that may have brought it about: the first one whose time is over. In this order none is taken in vain. */
function causeOf({ thing, effect, event }: Done, causes: ReadonlyMap<string, readonly Cause[]>): Cause | undefined {
  const isFree = ({ window, isUsed }: Cause) => !isUsed && isIn(window, event.position);
  const own = causes.get(`${thing}\n${effect}`)?.find(isFree);
  return own ?? (effect === MADE ? causes.get(madeFrom(event))?.find(isFree) : undefined);
}

/** Answers that tell no position, or one at which there is no event. */
export function lostPositions(decided: readonly Decided[], events: readonly StoredEvent[]): string[] {
  const positions = new Set(events.map(({ position }) => position));
  return decided.flatMap(({ command, answer }) => {
    const told = positionIn(answer);
    if (answer.status >= 300 || (told !== undefined && positions.has(told))) return [];
    return `${command.method} ${command.path} is told to be done at ${told}, where nothing is`;
  });
}
