import { readUsername } from './username';

it.each([
  ['hanako', 'hanako'],
  [' Hanako.Y-1 ', 'Hanako.Y-1'],
  ['ｈａｎａｋｏ', 'hanako'],
  ['花子さん', '花子さん'],
  ['Айгүл', 'Айгүл'],
])('%j is the user name %s', (text, name) => expect(readUsername(text)).toBe(name));

it.each([
  '',
  'ab',
  'a'.repeat(31),
  'hanako@example.com',
  '09012345678',
  '+81 90',
  'ha nako',
  '-hanako',
  'hanako.',
  'ha\u115Fnako',
  'ha\u3164nako',
  'ha\u034Fnako',
  'hanako\uFE0F',
  'ha​nako',
])('%j is none', (text) => expect(readUsername(text)).toBeUndefined());
