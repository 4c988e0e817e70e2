import { smsParts } from './sms-parts';

const cases: readonly [text: string, units: number, parts: number][] = [
  ['', 0, 1],
  ['a'.repeat(160), 160, 1],
  ['a'.repeat(161), 161, 2],
  [`${'a'.repeat(159)}€`, 161, 2],
  ['['.repeat(80), 160, 1],
  ['['.repeat(153), 306, 3],
  ['予'.repeat(70), 70, 1],
  ['予'.repeat(71), 71, 2],
  ['予'.repeat(134), 134, 2],
  ['予'.repeat(135), 135, 3],
  ['😘'.repeat(36), 72, 2],
  [`${'予'.repeat(66)}😘${'予'.repeat(66)}`, 134, 3],
  [`this is a ${']'.repeat(60)}😘`, 72, 2],
  [`${'a'.repeat(69)}ё`, 70, 1],
  ['Don’t forget', 12, 1],
];

describe('parts of a text message', () => {
  it.each(cases)('%s: %d units, %d parts', (text, units, parts) => expect(smsParts(text)).toEqual({ units, parts }));

  it('is UTF-16 as soon as one character is not in GSM', () => {
    expect(smsParts('’'.padEnd(71, 'a')).parts).toBe(2);
    expect(smsParts("'".padEnd(71, 'a')).parts).toBe(1);
  });
});
