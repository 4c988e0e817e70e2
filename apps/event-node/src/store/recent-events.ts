export interface EventPlace {
  stream: string;
  revision: number;
  position: number;
}

/** At least so many events are remembered, at most twice as many. */
const REMEMBERED = 65_536;
/**
 * Where the latest events are, by id. Like EventStoreDB the node recognises a repeated append without an exact
 * expected revision only while the first one is among the latest events that were stored since its start.
 */
export class RecentEvents {
  private young = new Map<string, EventPlace>();
  private old = new Map<string, EventPlace>();

  get(id: string): EventPlace | undefined {
    return this.young.get(id) ?? this.old.get(id);
  }

  add(id: string, place: EventPlace): void {
    this.young.set(id, place);
    if (this.young.size < REMEMBERED) return;
    this.old = this.young;
    this.young = new Map();
  }
}
