import { KeyedNames } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { CheckInCodes } from './check-in-codes';

const codes = new CheckInCodes(new KeyedNames('secret'));

describe('the codes by which customers check in', () => {
  const ids = Array.from({ length: 1000 }, newUuid);

  it('are of six digits, and as many as there are bookings, though these were made in the same second', () => {
    const made = ids.map((id) => codes.of(id));
    for (const code of made) expect(code).toMatch(/^\d{6}$/);
    // Of 1,000 random ones out of a million, a pair is the same every second time, but never twenty are.
    expect(new Set(made).size).toBeGreaterThan(980);
  });

  it('are the same at every server of an installation, and others at another', () => {
    const [again, elsewhere] = ['secret', 'another'].map((secret) => new CheckInCodes(new KeyedNames(secret)));
    const same = (others?: CheckInCodes) => ids.filter((id) => others?.of(id) === codes.of(id)).length;
    expect(same(again)).toBe(1000);
    expect(same(elsewhere)).toBeLessThan(10);
  });

  it('are right, wrong or not given', () => {
    const [id, other] = ids as [(typeof ids)[0], (typeof ids)[0]];
    const given = [codes.of(id), codes.of(other), 'x', '', null, undefined];
    expect(given.map((code) => codes.judge(id, code))).toEqual([
      'right',
      'wrong',
      'wrong',
      'wrong',
      undefined,
      undefined,
    ]);
  });
});
