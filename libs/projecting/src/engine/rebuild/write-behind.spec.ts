import type { BulkStorage } from '../running/bulk-storage';
import { Unwritten } from '../running/storage';
import { WriteBehind } from './write-behind';

/** Writes when it is told to. */
function slowStorage() {
  const writes: { end: () => void; fail: (error: Error) => void }[] = [];
  const queries: string[] = [];
  const storage = {
    query: async ({ text }: { text: string }) => {
      queries.push(text);
      return [];
    },
    commit: () =>
      new Promise<void>((resolve, reject) => {
        writes.push({ end: resolve, fail: reject });
      }),
    close: async () => {},
  };
  return { behind: new WriteBehind(storage as unknown as BulkStorage), writes, queries };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('writing behind', () => {
  it('lets go on while a commit is written, but neither the next commit nor any query overtake it', async () => {
    const { behind, writes, queries } = slowStorage();
    await behind.commit([], []);
    const next = behind.commit([], []);
    const asked = ['a', 'b'].map((text) => behind.query({ text }));
    await turn();
    expect([writes.length, queries]).toEqual([1, []]);
    writes[0]?.end();
    await next;
    await Promise.all(asked);
    expect([writes.length, queries]).toEqual([2, ['a', 'b']]);
  });

  it('tells whoever comes next that a commit failed, and then waits for each', async () => {
    const { behind, writes } = slowStorage();
    await behind.commit([], []);
    writes[0]?.fail(new Error('refused'));
    await expect(behind.query({ text: 'a' })).rejects.toThrow(new Unwritten(new Error('refused')));
    const careful = behind.commit([], []);
    await turn();
    writes[1]?.fail(new Error('refused again'));
    await expect(careful).rejects.toThrow(new Error('refused again'));
    await behind.settled();
  });
});
