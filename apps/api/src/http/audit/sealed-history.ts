import { aggregates } from '@yoyaku/composition';
import { AggregateStore, EventCodec, type EventStore, type SubjectKeys } from '@yoyaku/eventing';
import { Differences } from '@yoyaku/platform';

/** A key store without keys: personal data is read as if everybody had been erased. */
const NOBODYS_KEYS: SubjectKeys = {
  find: async () => new Map(),
  ensure: async () => new Map(),
  destroy: async () => {},
  onDestroyed: () => {},
};

/** The history for platform auditors and admins, who have no business with the persons in it: nothing is decrypted. */
export class SealedHistory {
  readonly aggregates: Pick<AggregateStore, 'loadAt'>;
  readonly differences: Differences;

  constructor(store: EventStore) {
    const sealed = new AggregateStore(store, new EventCodec(aggregates, NOBODYS_KEYS));
    this.aggregates = sealed;
    this.differences = new Differences(sealed, aggregates);
  }
}
