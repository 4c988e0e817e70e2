import { decodeIfWhole } from '../protocol/event-frame';
import type { EventLog } from './event-log';

export interface EventPlace {
  stream: string;
  revision: number;
  position: number;
}

/** At least so many events are remembered, at most twice as many. */
const REMEMBERED = 65_536;
/** Keeps the tail of the log small enough to be read at once. */
const TAIL_BYTES = 64 * 1024 * 1024;

/**
 * Where the latest events are, by id. Like EventStoreDB the node recognises a repeated append without an exact
 * expected revision only while the first one is among the latest events.
 */
export class RecentEvents {
  private young = new Map<string, EventPlace>();
  private old: Map<string, EventPlace> | undefined;

  constructor(private readonly log: EventLog) {}

  get(id: string): EventPlace | undefined {
    this.old ??= this.readTail();
    return this.young.get(id) ?? this.old.get(id);
  }

  add(id: string, place: EventPlace): void {
    this.young.set(id, place);
    if (this.young.size < REMEMBERED) return;
    this.old = this.young;
    this.young = new Map();
  }

  /** What was stored before this process started; read when first asked for, since most writers never ask. */
  private readTail(): Map<string, EventPlace> {
    const { keys, frames } = this.log.readBackwards(this.log.end, { events: REMEMBERED, bytes: TAIL_BYTES });
    const places = frames.flatMap((frame, i): [string, EventPlace][] => {
      const facts = decodeIfWhole(frame);
      return facts ? [[facts.id, { stream: facts.stream, revision: facts.revision, position: keys[i]! }]] : [];
    });
    // Newest first; of an id that was stored twice the newest place counts.
    return new Map(places.reverse());
  }
}
