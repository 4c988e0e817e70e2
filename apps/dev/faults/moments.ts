import type { Decided } from './client';

/** A stretch of the store's order: behind the first position, and in front of the second one where there is one. */
export interface Window {
  readonly after: bigint;
  readonly before: bigint | undefined;
}

interface Known {
  readonly position: bigint;
  readonly time: number;
}

export const positionIn = ({ headers }: Decided['answer']): bigint | undefined => {
  const position = headers.get('x-event-position');
  return position ? BigInt(position) : undefined;
};

/**
 * What was stored at which moment, as far as clients can know: all up to a position that an answer told is stored when
 * that answer comes; what a command made is not stored before that command is sent. So between the sending of a command
 * and its answer lies a stretch of the store's order, in which the command must have been decided.
 */
export class Moments {
  private readonly stored: readonly Known[];
  private readonly missing: readonly Known[];

  /** @param made at which position the thing of that id was made; ids are chosen by the server, so nobody else made it */
  constructor(decided: readonly Decided[], made: ReadonlyMap<string, bigint>) {
    const done = decided.filter(({ answer }) => answer.status < 300);
    const told = done.flatMap(({ answer, endedAt: time }) => {
      const position = positionIn(answer);
      return position === undefined ? [] : { position, time };
    });
    const makings = done.flatMap(({ command, answer, sentAt: time }) => {
      const position = command.method === 'POST' && answer.status === 201 ? made.get(idIn(answer)) : undefined;
      return position === undefined ? [] : { position, time };
    });
    this.stored = running(told.sort(byTime), (a, b) => a > b);
    this.missing = running(makings.sort(byTime).reverse(), (a, b) => a < b);
  }

  /** Where what is asked at `sentAt` and answered at `endedAt` was decided; it never was if there is no answer. */
  within({ sentAt, endedAt }: { readonly sentAt: number; readonly endedAt: number }): Window {
    return { after: this.storedAt(sentAt), before: this.missingAt(endedAt) };
  }

  /** The highest position that was surely stored by then. */
  storedAt(at: number): bigint {
    return this.stored[countWhile(this.stored, ({ time }) => time <= at) - 1]?.position ?? -1n;
  }

  /** The lowest position at which surely nothing was stored yet. */
  private missingAt(at: number): bigint | undefined {
    return this.missing[countWhile(this.missing, ({ time }) => time >= at) - 1]?.position;
  }
}

export const isIn = ({ after, before }: Window, position: bigint): boolean =>
  position > after && (before === undefined || position < before);

export const idIn = ({ body }: Pick<Decided['answer'], 'body'>): string =>
  body ? String((JSON.parse(body) as { id?: unknown }).id) : '';

const byTime = (a: Known, b: Known): number => a.time - b.time;

/** Of each beginning of the list, the position that is preferred over all others. */
function running(list: readonly Known[], isPreferred: (a: bigint, b: bigint) => boolean): Known[] {
  let preferred: bigint | undefined;
  return list.map(({ position, time }) => {
    if (preferred === undefined || isPreferred(position, preferred)) preferred = position;
    return { position: preferred, time };
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
