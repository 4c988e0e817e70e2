import { readServers } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import type { Installation } from './installation';

/** Where an installation's events are now. What others have stored there is not seen. */
export function openEventStore({ environment }: Installation): EventStoreDb {
  const { eventStoreUrl, eventStorePrefix } = readServers(environment);
  return new EventStoreDb(eventStoreUrl, { prefix: eventStorePrefix });
}
