import { stripVTControlCharacters } from 'node:util';
import { plain } from './plain';
import { table } from './table';

it('aligns wide characters, and puts numbers at the right, without quotes or a frame', () => {
  const salons = [
    { name: '美容室 みか', bookings: 1200, position: 1n },
    { name: 'Ann’s', bookings: 3, position: 12345678901234567890n },
    { name: 'ｶﾌｪ', bookings: 0, position: 7n },
  ];
  const made = table(salons, [
    { heading: 'SALON', cell: ({ name }) => name },
    { heading: 'BOOKINGS', cell: ({ bookings }) => bookings },
    { heading: 'POSITION', cell: ({ position }) => position },
  ]);
  expect(`\n${stripVTControlCharacters(made)}`).toBe(`
SALON        BOOKINGS              POSITION
美容室 みか     1,200                     1
Ann’s               3  12345678901234567890
ｶﾌｪ                 0                     7`);
});

it('shows as its code what a terminal would obey', () => {
  expect(plain('予約\u001b[2J\u202eyrros\n')).toBe('予約\\u001b[2J\\u202eyrros\\u000a');
  const made = table([{ stream: 'a\tb' }], [{ heading: 'STREAM', cell: ({ stream }) => stream }]);
  expect(stripVTControlCharacters(made)).toBe('STREAM\na\\u0009b');
});
