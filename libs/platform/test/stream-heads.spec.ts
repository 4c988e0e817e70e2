import { hash } from 'node:crypto';
import { StreamHeads } from '../src/audit/stream-heads';

describe('heads of streams', () => {
  it('keep those of very many apart', () => {
    const heads = new StreamHeads();
    const names = Array.from({ length: 200_000 }, (_, i) => `till-${i}`);
    const shaOf = (name: string, revision: number) => hash('sha256', `${name} ${revision}`);
    const known = names.filter((name) => {
      const number = heads.numberOf(name);
      const isKnown = heads.revisionOf(number) !== -1 || heads.hashOf(number) !== null;
      heads.move(number, 0, shaOf(name, 0));
      return isKnown;
    });
    expect(known).toEqual([]);
    for (const name of names.slice(0, 10)) heads.move(heads.numberOf(name), 7, shaOf(name, 7));
    expect(heads.size).toBe(names.length);
    const wrong = names.filter((name, i) => {
      const number = heads.numberOf(name);
      const revision = i < 10 ? 7 : 0;
      return heads.revisionOf(number) !== revision || heads.hashOf(number) !== shaOf(name, revision);
    });
    expect(wrong).toEqual([]);
    expect(heads.size).toBe(names.length);
  });
});
