import { type EventStore, type FoundEvent, GarbledAnswer } from '@yoyaku/eventing';

/** The stored events after a position, as far as they can be read, and what others have done to our streams. */
export class HistoryReading {
  private last: bigint | undefined;
  private damaged = false;

  /** @param after undefined: from the first event */
  constructor(
    private readonly store: EventStore,
    private readonly after: bigint | undefined,
  ) {}

  /** The position behind which an event is damaged beyond reading, which ends the reading. */
  get damagedAfter(): bigint | undefined {
    return this.damaged ? (this.last ?? this.after ?? -1n) : undefined;
  }

  /** What is garbled takes others of the same answer with it: only where nothing at all follows, it is the next one. */
  async *events(): AsyncGenerator<FoundEvent> {
    for (let fruitless = 0; fruitless < 2; fruitless++) {
      try {
        for await (const event of this.store.readEverything({ after: this.last ?? this.after, aboutOurs: true })) {
          this.last = event.position;
          fruitless = -1;
          yield event;
        }
        return;
      } catch (error) {
        if (!(error instanceof GarbledAnswer)) throw error;
      }
    }
    this.damaged = true;
  }
}
