import { type EventStore, type FoundEvent, GarbledAnswer } from '@yoyaku/eventing';

/** Reads the stored events after a position, as far as possible, and events of others that concern our streams. */
export class HistoryReading {
  private last: bigint | undefined;
  private damaged = false;

  /** @param after undefined: from the first event */
  constructor(
    private readonly store: EventStore,
    private readonly after: bigint | undefined,
  ) {}

  /** The position of the last readable event, if the next one is damaged so that reading ended. */
  get damagedAfter(): bigint | undefined {
    return this.damaged ? (this.last ?? this.after ?? -1n) : undefined;
  }

  /**
   * A garbled event makes its whole answer unreadable. So it reads again; if that gives nothing, the next event is it.
   */
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
