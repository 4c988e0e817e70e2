import { type AllOptions, type FoundEvent, isOther } from '../event-store';
import type { Connection } from './connection';
import { foundEvent } from './found-event';
import { type ReadAllRequest, readAllOf } from './read-all';
import { watchedRead } from './reading';
import type { StreamNames } from './stream-names';

/** How many events a limited read asks for beyond its limit. */
const SPARE = 7;

interface AllEventsOptions extends Pick<AllOptions, 'after' | 'direction' | 'limit'> {
  /** Only streams whose names in the store begin with one of these; empty: all; absent: those with our prefix. */
  readonly beginnings?: ReadAllRequest['beginnings'];
}

/** All events of the store, ours and others', as reads of `$all` give them. */
export class AllEvents {
  constructor(
    private readonly reads: Connection,
    private readonly names: StreamNames,
  ) {}

  /**
   * The events after a position, for a reader who stops once it has found `limit` events of its own. The store counts
   * the events that are passed over too, so it is asked again for more if there were many of them.
   */
  async *events({ after, direction = 'forwards', limit, beginnings }: AllEventsOptions): AsyncIterable<FoundEvent> {
    const { beginning } = this.names;
    const asked = beginnings ?? (beginning ? [beginning] : []);
    let at = after;
    for (let most = limit && limit + SPARE; ; most = most && most * 8) {
      let read = 0;
      const request = { at, direction, most, beginnings: asked };
      const events = watchedRead(this.reads, {
        begin: (client) => readAllOf(client, request, (each) => foundEvent(each, this.names)),
        isFiltered: asked.length > 0,
      });
      for await (const event of events) {
        read += 1;
        const isNew = event.position !== at;
        at = event.position;
        if (isNew) yield event;
      }
      if (most === undefined || read < most) return;
    }
  }

  /** Position of the last event that is not the store's own, or with `system` of the last of all; 0 when there is none. */
  async head({ system = false }: { system?: boolean } = {}): Promise<bigint> {
    const beginnings = system ? [] : undefined;
    for await (const event of this.events({ direction: 'backwards', limit: 1, beginnings })) {
      if (system || !isOther(event) || event.other === 'foreign') return event.position;
    }
    return 0n;
  }

  /** Whether anything, of whatever kind, stands at that position or behind it. */
  async reaches(position: bigint): Promise<boolean> {
    const one = { at: position, direction: 'forwards', most: 1, beginnings: [] } as const;
    const there = watchedRead(this.reads, { begin: (client) => readAllOf(client, one, () => position) });
    for await (const _ of there) return true;
    return false;
  }
}
