import { areDisjoint, byWeekday } from './day-spans';

describe('spans of a day', () => {
  const morning = { starts: '09:00', ends: '12:00' };
  const afternoon = { starts: '12:00', ends: '18:00' };
  const night = { starts: '20:00', ends: '24:00' };

  it.each([
    ['none', [], true],
    ['any order, touching, to midnight', [night, afternoon, morning], true],
    ['an overlap', [morning, { starts: '11:59', ends: '13:00' }], false],
    ['one inside another', [{ starts: '08:00', ends: '20:00' }, morning], false],
    ['the same twice', [morning, morning], false],
    ['one that ends before it starts', [{ starts: '18:00', ends: '09:00' }], false],
    ['an empty one', [{ starts: '09:00', ends: '09:00' }], false],
  ])('%s', (_, spans, disjoint) => expect(areDisjoint(spans)).toBe(disjoint));

  it('are grouped by weekday, in order', () =>
    expect(
      byWeekday([
        { day: 5, ...afternoon },
        { day: 1, ...morning },
        { day: 5, ...morning },
      ]),
    ).toEqual({ 1: [morning], 5: [morning, afternoon] }));
});
