import { newUuid } from '@yoyaku/kernel';
import { type Searchable, searchRow, soughtFor } from './search-table';

/** What PostgreSQL is asked. */
function finds(asked: string, kept: Omit<Searchable, 'id'>): boolean {
  const { text, grams } = searchRow({ id: newUuid(), ...kept });
  const has = new Set(grams);
  return soughtFor(asked, kept.within).some(
    (way) => way.grams.every((gram) => has.has(gram)) && way.words.every((word) => text.includes(word)),
  );
}

describe('a name', () => {
  it.each<[string, readonly string[]]>([
    ['Müller', ['Mu\u0308ller', 'muller', 'MÜLLER', 'ller', 'ü']],
    ['Mu\u0308ller', ['Müller', 'Muller']],
    ['タカハシ ソラ', ['たかはし', 'ﾀｶﾊｼ', 'タカハシ', 'ﾀｶﾊｼ ｿﾗ', 'そら', 'タカハシソラ', 'か']],
    ['がく', ['ｶﾞｸ', 'か\u3099く', 'ガク']],
    ['髙橋　ソラ', ['髙橋ソラ', '髙橋 ソラ', 'ソラ 髙橋', '橋そ', '髙']],
    ['髙橋ソラ', ['髙橋 ソラ']],
    ['Ｔａｒｏ', ['taro', 'TARO']],
    ['Taro', ['Ｔａｒｏ', 'ｔａ']],
    ['O’Brien', ["O'Brien", 'obrien', 'O`Brien', 'OBRIEN', '＇Brien']],
    ["O'Brien", ['O’Brien']],
    ['François Nuñez', ['francois', 'nunez', 'Nunez François', 'FRANÇOIS']],
    ['Søren Łukasz Đặng', ['soren', 'lukasz', 'dang']],
    ['Straße', ['STRASSE', 'strasse']],
    ['Ёлкин', ['елкин', 'ЁЛКИН']],
    ['ΝΊΚΟΣ', ['νίκος', 'νικοσ']],
    ['İpek', ['ipek', 'IPEK']],
    ['Anne‐Marie', ['anne-marie', 'marie anne']],
    ['ジョン・スミス', ['ジョンスミス', 'じょん すみす', 'ｼﾞｮﾝ･ｽﾐｽ']],
    ['한국', ['한국', '한국'.normalize('NFD'), '국']],
    ['กีรติ', ['กีรติ']],
    ['100 % Wool_Care', ['100 %', '%', '_', 'l_c']],
    ['Room 12', ['12', 'room 1']],
  ])('%s is found by each of its spellings', (name, asked) => {
    expect(asked.filter((one) => !finds(one, { texts: [name] }))).toEqual([]);
    expect(asked.filter((one) => !finds(one, { texts: [null, name], within: newUuid() }))).toEqual([]);
  });

  it.each<[string, string]>([
    ['Müller', 'Miller'],
    ['かく', 'がく'],
    ['กา', 'กี'],
    ['Hanako', '%'],
    ['Hanako', 'Han_ko'],
    ['Hanako', 'Hanako Sato'],
    ['Hanako', "'"],
    ['Hanako', '.'],
  ])('%s is not found by %s', (name, asked) => expect(finds(asked, { texts: [name] })).toBe(false));

  it('is found by words of another of its texts, but by no word that goes over from one to the other', () => {
    const kept = { texts: ['Hanako', 'info@example.com'] };
    expect(finds('hanako INFO@', kept)).toBe(true);
    expect(finds('koinfo', kept)).toBe(false);
  });
});

describe('a phone number', () => {
  const SPELLINGS = [
    '090-1234-5678',
    '+81 90 1234 5678',
    '０９０－１２３４－５６７８',
    '+81(0)90-1234-5678',
    '819012345678',
  ];
  const OF_TOKYO = ['03-1234-5678', '+81 3 1234 5678', '(03) 1234 5678', '00813-1234-5678'];
  const OF_ALMATY = ['8 (701) 234-56-78', '77012345678', '+7 701 2345678', '87012345678'];
  const TOLL_FREE = ['8 800 555-35-35', '+7 800 555 35 35', '+78005553535'];

  it.each([SPELLINGS, OF_TOKYO, OF_ALMATY, TOLL_FREE])('is found in any spelling: %s …', (...spellings) => {
    for (const phone of spellings) {
      expect(spellings.filter((asked) => !finds(asked, { texts: ['Hanako'], phone }))).toEqual([]);
    }
  });

  it.each(SPELLINGS)('is found by a part of it: %s', (phone) => {
    const parts = ['5678', '1234-5678', '090-12', '+8190', '+81 90-12', '901', 'Hanako 090-1234', '090 1234 5678'];
    expect(parts.filter((asked) => !finds(asked, { texts: ['Hanako'], phone }))).toEqual([]);
    expect(finds('090-1234-5679', { texts: ['Hanako'], phone })).toBe(false);
    expect(finds('+7 90 1234 5678', { texts: ['Hanako'], phone: '+81 3 1234 5678' })).toBe(false);
  });

  it('that is none is found as it was written', () => {
    expect(finds('12345', { texts: [], phone: '1234-5' })).toBe(true);
    expect(finds('+999 12', { texts: [], phone: '+99 9123' })).toBe(true);
  });
});

it('what is kept within a business shares no grams with what others keep', () => {
  const [ours, theirs] = [newUuid(), newUuid()].map(
    (within) => new Set(searchRow({ id: newUuid(), texts: ['Hanako'], within }).grams),
  ) as [Set<number>, Set<number>];
  expect(ours.isDisjointFrom(theirs)).toBe(true);
});
