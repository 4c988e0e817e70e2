import { type EventStoreDb } from '@yoyaku/eventing';
import { advance, BEGINNING, type HistoryMark } from '@yoyaku/platform';

/** What history was, at moments of the run: whatever is lost or altered of it later shows at its end. */
export class Marks {
  readonly taken: HistoryMark[] = [];

  /** @param open called each time: a new start may have given the event store another port */
  constructor(private readonly open: () => EventStoreDb) {}

  /** Reads what has come since the last mark. Rejects while the store cannot be read. */
  async take(): Promise<HistoryMark> {
    let mark = this.taken.at(-1) ?? BEGINNING;
    const after = mark.events === 0 ? undefined : mark.position;
    const store = this.open();
    try {
      for await (const event of store.readAll({ after })) mark = advance(mark, event);
    } finally {
      await store.close();
    }
    this.taken.push(mark);
    return mark;
  }
}
