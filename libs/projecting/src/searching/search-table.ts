import type { Uuid } from '@yoyaku/kernel';
import { defineTable, integers, type Row, type Table, text, uuid } from '../table';
import { folded } from './fold';
import { askedDigits, dialled } from './phones';

const COLUMNS = { id: uuid, text, grams: integers };

export type SearchTable = Table<typeof COLUMNS, 'id', never>;

/**
 * A table of what things of another table are found by. It is a table of its own, because that one's rows may change with
 * every booking, and these do not.
 *
 * `grams` are the letters and the pairs of neighbouring letters of the text, each as a number. An index of them finds
 * any part of a word, in any script, one letter too, and needs no extension of PostgreSQL.
 */
export const defineSearchTable = (name: string): SearchTable =>
  defineTable(name, { columns: COLUMNS, key: ['id'], indexes: [{ sql: 'using gin (grams)' }] });

export interface Searchable {
  readonly id: Uuid;
  readonly texts: readonly (string | null)[];
  readonly phone?: string | null;
  /** The business in which alone it is searched for: the things of others are then no matter to the index. */
  readonly within?: Uuid;
}

/** A row of a {@link SearchTable}. */
export function searchRow({ id, texts, phone, within }: Searchable): Row<SearchTable> {
  const lines = texts.flatMap((one) => (one ? folded(one).split('\n').flatMap(spellings) : []));
  const all = [...new Set([...lines, ...(phone ? dialled(phone) : [])])];
  return { id, text: all.join('\n'), grams: gramsOf(all.flatMap(wordsOf), within) };
}

/** What to look for, in one of these ways: words that must all be parts of a text, and grams that its row then has. */
export interface Sought {
  readonly words: readonly string[];
  readonly grams: readonly number[];
}

/** How to find what somebody typed, in the rows `within` which {@link searchRow} was told that they are. */
export function soughtFor(asked: string, within?: Uuid): Sought[] {
  const words = wordsOf(folded(asked));
  const phone = askedDigits(asked);
  // A phone number may stand beside a name.
  const ways = [words, words.map((word) => askedDigits(word) ?? word), ...(phone ? [[phone]] : [])];
  return [...new Map(ways.map((way) => [way.join(' '), way])).values()]
    .filter((way) => way.length > 0)
    .map((way) => ({ words: way, grams: gramsOf(way, within, 'longest') }));
}

/**
 * A query, as SQL, of the ids of the rows of `table` that are found by what somebody typed; `value` gives the place of a
 * value in the statement.
 */
export function idsFound(asked: string, table: SearchTable, value: (value: unknown) => string, within?: Uuid): string {
  const ways = soughtFor(asked, within).map(({ words, grams }) =>
    [`grams @> ${value(grams)}::integer[]`, ...words.map((word) => `position(${value(word)} in text) > 0`)].join(
      ' and ',
    ),
  );
  const found = ways.map((way) => `(${way})`).join(' or ') || 'false';
  return `select id from read."${table.name}" where ${found}`;
}

/** Names in Chinese characters and kana are written with or without a space (`高橋 ソラ`), and found by both. */
const spellings = (line: string): string[] => [line, line.replace(BETWEEN_CJK, '')];
const CJK = '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}ー]';
const BETWEEN_CJK = new RegExp(`(?<=${CJK}) (?=${CJK})`, 'gu');

const wordsOf = (line: string): string[] => line.split(/\s+/).filter((word) => word !== '');

/** Of words that are looked for the longest are enough: who has a pair has its letters. */
function gramsOf(words: readonly string[], within: string | undefined, which: 'all' | 'longest' = 'all'): number[] {
  const seed = hash(within ?? '', OFFSET);
  const grams = new Set<number>();
  for (const word of words) {
    const letters = [...word];
    for (const [i, letter] of letters.entries()) {
      if (which === 'all' || letters.length === 1) grams.add(hash(letter, seed));
      const next = letters[i + 1];
      if (next !== undefined) grams.add(hash(letter + next, seed));
    }
  }
  return [...grams];
}

/** FNV-1a over UTF-16 units, as a signed integer of 32 bits. Two grams of one number cost time: texts are looked at too. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), PRIME);
  return value | 0;
}
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
