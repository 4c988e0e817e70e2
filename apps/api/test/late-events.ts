import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDb } from '@yoyaku/eventing';

const LATE_MS = Number(process.env.TEST_LATE_EVENTS_MS ?? 0);

/**
 * The store, of whose events read models hear so late as TEST_LATE_EVENTS_MS says: specs then fail that read what they
 * have not waited for, and else would only now and then.
 */
export function late(store: EventStoreDb): EventStoreDb {
  if (LATE_MS === 0) return store;
  return Object.assign(Object.create(store), {
    subscribeToAll: async function* (...given: Parameters<EventStoreDb['subscribeToAll']>) {
      for await (const event of store.subscribeToAll(...given)) {
        const due = Date.parse(event.metadata.occurredAt) + LATE_MS;
        await delay(Math.min(LATE_MS, Math.max(0, due - Date.now())));
        yield event;
      }
    },
  });
}
