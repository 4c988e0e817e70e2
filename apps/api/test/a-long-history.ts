import { EventCodec, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { User } from '@yoyaku/identity';
import { newUuid, PLATFORM } from '@yoyaku/kernel';
import type { ApiUnderTest } from './api-under-test';

const PER_STREAM = 100;
/** Of one append in a process that does all at once, in milliseconds. */
const PATIENCE = 20_000;

/** Appends so many events: users who changed their names all the time. */
export async function aLongHistory(api: ApiUnderTest, events: number, name = 'Ann'): Promise<void> {
  const [store, codec] = [api.app.get(EventStoreDb), api.app.get(EventCodec)];
  const append = async () => {
    const userId = newUuid();
    const stream = `${User.category}-${userId}`;
    const registered = { userId, name: 'Ann', email: `${userId}@example.com`, locale: 'en', role: 'user' };
    const changes = Array.from({ length: PER_STREAM - 1 }, (_, i) => ({
      type: 'UserProfileChanged',
      data: { userId, name: `${name} ${i}`, locale: 'en' },
    }));
    const link = { revision: -1, hash: null };
    const life = [{ type: 'UserRegistered', data: registered }, ...changes];
    const sealed = await codec.sealAll(stream, life, systemContext('spec'), PLATFORM, link);
    await store.append(stream, 'no_stream', sealed, PATIENCE);
  };
  const streams = Array.from({ length: events / PER_STREAM });
  while (streams.length > 0) await Promise.all(streams.splice(0, 4).map(append));
}
