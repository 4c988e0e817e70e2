import { areDisjoint, areDisjointInWeek, byWeekday } from './day-spans';

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
    ['one that ends on the next day', [morning, { starts: '18:00', ends: '03:00' }], true],
    ['one over midnight, and a later one', [{ starts: '18:00', ends: '03:00' }, night], false],
    ['a whole day and a night', [{ starts: '09:00', ends: '09:00' }], true],
  ])('%s', (_, spans, disjoint) => expect(areDisjoint(spans)).toBe(disjoint));

  const late = { starts: '18:00', ends: '03:00' };
  const early = { starts: '02:00', ends: '05:00' };
  it.each([
    ['a night and the next morning', { 1: [late], 2: [morning] }, true],
    ['a night that reaches into the next morning', { 1: [late], 2: [early] }, false],
    ['Sunday night that reaches into Monday', { 1: [early], 7: [late] }, false],
    ['the same night every day', { 1: [late], 2: [late], 7: [late] }, true],
    [
      'around the clock',
      Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ starts: '00:00', ends: '00:00' }]])),
      true,
    ],
  ])('of a week: %s', (_, week, disjoint) => expect(areDisjointInWeek(week)).toBe(disjoint));

  it('are grouped by weekday, in order', () =>
    expect(
      byWeekday([
        { day: 5, ...afternoon },
        { day: 1, ...morning },
        { day: 5, ...morning },
      ]),
    ).toEqual({ 1: [morning], 5: [morning, afternoon] }));
});
