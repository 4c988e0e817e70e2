import { aggregates } from '@yoyaku/composition';
import { AggregateStore, EventCodec, type EventStore, type SubjectKeys } from '@yoyaku/eventing';
import { Differences } from '@yoyaku/platform';

/** With these keys, what is personal reads as if everybody had been erased. */
const NOBODYS_KEYS: SubjectKeys = {
  find: async () => new Map(),
  ensure: async () => new Map(),
  destroy: async () => {},
  onDestroyed: () => {},
};

/** History for those whose matter the people in it are not: platform auditors and admins. Nothing personal is opened. */
export class SealedHistory {
  readonly aggregates: Pick<AggregateStore, 'loadAt'>;
  readonly differences: Differences;

  constructor(store: EventStore) {
    const sealed = new AggregateStore(store, new EventCodec(aggregates, NOBODYS_KEYS));
    this.aggregates = sealed;
    this.differences = new Differences(sealed, aggregates);
  }
}
