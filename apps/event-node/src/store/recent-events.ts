import { decodeEventFrame } from '../protocol/event-frame';
import type { EventLog } from './event-log';

export interface EventPlace {
  stream: string;
  revision: number;
  position: number;
}

const REMEMBERED = 65_536;

/**
 * Where the latest events are, by id. Like EventStoreDB the node recognises a repeated append without an exact
 * expected revision only while the first one is among the latest events.
 */
export class RecentEvents {
  private places = new Map<string, EventPlace>();
  private complete = false;

  constructor(private readonly log: EventLog) {}

  get(id: string): EventPlace | undefined {
    if (!this.complete) this.loadTail();
    return this.places.get(id);
  }

  add(id: string, place: EventPlace): void {
    this.places.set(id, place);
    if (this.places.size <= REMEMBERED) return;
    const [oldest] = this.places.keys();
    this.places.delete(oldest!);
  }

  /** What was stored before this process started; read when first asked for, since most writers never ask. */
  private loadTail(): void {
    const sinceStart = this.places;
    const { keys, frames } = this.log.readBackwards(this.log.end, { events: REMEMBERED, bytes: TAIL_BYTES });
    this.places = new Map();
    for (let i = frames.length - 1; i >= 0; i--) {
      const { id, stream, revision } = decodeEventFrame(frames[i]!);
      this.places.set(id, { stream, revision, position: keys[i]! });
    }
    for (const [id, place] of sinceStart) this.add(id, place);
    this.complete = true;
  }
}

/** Keeps the tail small enough to be read at once. */
const TAIL_BYTES = 64 * 1024 * 1024;
