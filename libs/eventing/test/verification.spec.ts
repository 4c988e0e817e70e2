import { newUuid, now } from '@yoyaku/kernel';
import { advance, BEGINNING, chain, type HistoryMark, type NewEvent, type StoredEvent, verifyHistory } from '../src';

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

  it('names the event after one that was taken out', async () => {
    expect((await verify(without(2))).brokenAt).toEqual({ stream: 'till-a', revision: 2 });
    expect((await verify(without(0))).brokenAt).toEqual({ stream: 'till-a', revision: 1 });
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

  it('goes on from a mark that is trusted', async () => {
    const rest = await verifyHistory(stream(events.slice(3)), { from: marks[2], expected: marks });
    expect(rest).toMatchObject({ mark: marks[5], brokenAt: null, lostBefore: null });
    const lost = await verifyHistory(stream(events.slice(3, 5)), { from: marks[2], expected: marks });
    expect(lost.lostBefore).toEqual(marks[5]);
  });
});
