import { advance, BEGINNING, EventStoreDb, type HistoryMark } from '@yoyaku/eventing';

/** What history was, at moments of the run: whatever is lost or altered of it later shows at its end. */
export class Marks {
  readonly taken: HistoryMark[] = [];
  private readonly store: EventStoreDb;

  constructor(eventStoreUrl: string) {
    this.store = new EventStoreDb(eventStoreUrl);
  }

  /** Reads what has come since the last mark. Rejects while the store cannot be read. */
  async take(): Promise<HistoryMark> {
    let mark = this.taken.at(-1) ?? BEGINNING;
    const after = mark.events === 0 ? undefined : mark.position;
    for await (const event of this.store.readAll({ after })) mark = advance(mark, event);
    this.taken.push(mark);
    return mark;
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
