import { chain, type NewEvent, type StoredEvent } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import { advance, BEGINNING, type HistoryMark } from '../src/audit/history-mark';
import { verifyHistory } from '../src/audit/verify-history';

/** Two streams of three events each, interleaved, as they would be stored. */
function history(): StoredEvent[] {
  const heads: Record<string, string | null> = { 'till-a': null, 'till-b': null };
  return Array.from({ length: 6 }, (_, i) => {
    const stream = i % 2 === 0 ? 'till-a' : 'till-b';
    const commandId = newUuid();
    const event: NewEvent = chain(stream, {
      id: newUuid(),
      type: 'Deposited',
      data: { amount: i },
      metadata: {
        tenantId: 'a',
        actor: { id: null, role: 'spec' },
        correlationId: commandId,
        causationId: commandId,
        commandId,
        occurredAt: now(),
        schemaVersion: 1,
        prevHash: heads[stream] ?? null,
      },
    });
    heads[stream] = event.metadata.hash;
    return { ...event, stream, revision: Math.floor(i / 2), position: BigInt(i * 10) };
  });
}

async function* stream<T>(items: readonly T[]) {
  yield* items;
}

/** Where an event says it stands; its stream then lacks the one that stood there. */
const brokenPlace = (damage: object): object =>
  'stream' in damage ? { stream: 'till-A', revision: 0 } : 'revision' in damage ? { revision: 0 } : {};

const verify = (events: readonly StoredEvent[], expected: readonly HistoryMark[] = []) =>
  verifyHistory(stream(events), { expected });

describe('verifying history', () => {
  const events = history();
  const marks = events.map((_, i) => events.slice(0, i + 1).reduce(advance, BEGINNING));
  const without = (...gone: number[]) => events.filter((_, i) => !gone.includes(i));

  it('passes what was appended', async () => {
    expect(await verify(events, marks)).toEqual({ mark: marks[5], streams: 2, brokenAt: null, lostBefore: null });
    expect(await verify([])).toMatchObject({ mark: BEGINNING, streams: 0, brokenAt: null });
  });

  it('names a changed event', async () => {
    const changed = events.map((event, i) => (i === 2 ? { ...event, data: { amount: 1_000_000 } } : event));
    expect((await verify(changed)).brokenAt).toEqual({ stream: 'till-a', revision: 1 });
  });

  it('names an event that is no longer one', async () => {
    const damages: readonly object[] = [
      { data: undefined },
      { data: '{"amount":1' },
      { data: { amount: Number.POSITIVE_INFINITY } },
      { metadata: undefined },
      { metadata: Buffer.from('{"tenantId"') },
      { type: '' },
      { revision: 0 },
      { stream: 'till-A' },
    ];
    for (const damage of damages) {
      const damaged = events.map((event, i) => (i === 4 ? { ...event, ...damage } : event)) as StoredEvent[];
      const { brokenAt } = await verify(damaged);
      expect([damage, brokenAt]).toEqual([damage, { stream: 'till-a', revision: 2, ...brokenPlace(damage) }]);
    }
  });

  it('names an event that was taken out before another', async () => {
    expect((await verify(without(2))).brokenAt).toEqual({ stream: 'till-a', revision: 1 });
    expect((await verify(without(0))).brokenAt).toEqual({ stream: 'till-a', revision: 0 });
  });

  it('names an event that was put in', async () => {
    expect((await verify(events.toSpliced(4, 0, events[2] as StoredEvent))).brokenAt).toEqual({
      stream: 'till-a',
      revision: 1,
    });
  });

  it('misses a stream’s end only without marks', async () => {
    expect(await verify(without(5))).toMatchObject({ brokenAt: null, lostBefore: null });
    expect((await verify(without(5), marks)).lostBefore).toEqual(marks[5]);
    expect((await verify(without(4), marks)).lostBefore).toEqual(marks[4]);
  });

  it('misses a whole stream only without marks', async () => {
    expect((await verify(without(1, 3, 5))).brokenAt).toBeNull();
    expect((await verify(without(1, 3, 5), marks.slice(3))).lostBefore).toEqual(marks[3]);
  });

  it('tells how far it is, and ends when nobody wants to know any more', async () => {
    const { hash: _, ...metadata } = (events[0] as StoredEvent).metadata;
    const all = Array.from({ length: 2_500 }, (_, i): StoredEvent => {
      const stream = `till-${i}`;
      const event = chain(stream, { id: newUuid(), type: 'Deposited', data: { amount: i }, metadata });
      return { ...event, stream, revision: 0, position: BigInt(i) };
    });
    const seen: HistoryMark[] = [];
    const { streams, brokenAt } = await verifyHistory(stream(all), { onProgress: (mark) => seen.push(mark) });
    expect({ streams, brokenAt }).toEqual({ streams: 2_500, brokenAt: null });
    expect(seen.map(({ events, position }) => [events, position])).toEqual([
      [1_000, 999n],
      [2_000, 1_999n],
      [2_500, 2_499n],
    ]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(verifyHistory(stream(all), { signal })).rejects.toThrow('enough');
  });

  it('goes on from a mark that is trusted', async () => {
    const rest = await verifyHistory(stream(events.slice(3)), { from: marks[2], expected: marks });
    expect(rest).toMatchObject({ mark: marks[5], brokenAt: null, lostBefore: null });
    const lost = await verifyHistory(stream(events.slice(3, 5)), { from: marks[2], expected: marks });
    expect(lost.lostBefore).toEqual(marks[5]);
  });
});
