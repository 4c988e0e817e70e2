import type { StoredEvent } from '@yoyaku/eventing';
import type { Window } from './moments';
import { type Effect, effectOf, type Facts, MADE, takes } from './things';

/** From this position on. */
interface Since<T> {
  readonly position: bigint;
  readonly state: T;
}

/** How something was, from each of its changes on. */
export class Course<T> {
  private readonly changes: Since<T>[] = [];

  constructor(private readonly initial: T) {}

  get last(): T {
    return this.changes.at(-1)?.state ?? this.initial;
  }

  add(position: bigint, state: T): void {
    this.changes.push({ position, state });
  }

  /** As it was at the beginning of that stretch, and as it became within it. */
  during({ after, before }: Window): T[] {
    const there = this.changes.filter(({ position }) => before === undefined || position < before);
    const since = there.findLastIndex(({ position }) => position <= after);
    const states = there.slice(Math.max(since, 0)).map(({ state }) => state);
    return since < 0 ? [this.initial, ...states] : states;
  }
}

export interface Done extends Effect {
  readonly event: StoredEvent;
}

/** All that was done, thing by thing. */
export interface Courses {
  readonly done: readonly Done[];
  readonly facts: ReadonlyMap<string, Course<Facts>>;
  /** At which position each thing was made. */
  readonly made: ReadonlyMap<string, bigint>;
  /** What was done to a thing that could not take it, or of which it was so already. */
  readonly impossible: readonly string[];
}

export function coursesOf(events: readonly StoredEvent[]): Courses {
  const done: Done[] = [];
  const facts = new Map<string, Course<Facts>>();
  const made = new Map<string, bigint>();
  const impossible: string[] = [];
  for (const event of events) {
    const found = effectOf(event);
    if (!found) continue;
    const { thing, effect, sets } = found;
    const course = facts.getOrInsertComputed(thing, () => new Course<Facts>({}));
    const changesNothing = Object.entries(sets).every(([aspect, fact]) => course.last[aspect] === fact);
    if (changesNothing || !takes(course.last, effect)) {
      impossible.push(`${thing}: ${effect} at ${event.position}, when it was ${JSON.stringify(course.last)}`);
    }
    course.add(event.position, { ...course.last, ...sets });
    if (effect === MADE) made.set(thing, event.position);
    done.push({ ...found, event });
  }
  return { done, facts, made, impossible };
}
