import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import en from './en.json';
import ja from './ja.json';
import kk from './kk.json';
import { languageOf, messageFor } from './messages';
import ru from './ru.json';

const facts = (sentence: string) => [...new Set(sentence.match(/\{\w+\}/g))].sort();

describe.each(Object.entries({ ja, kk, ru }))('%s', (_, catalog: Record<string, string>) => {
  it('says what English says, with the same facts', () => {
    expect(Object.keys(catalog).sort()).toEqual(Object.keys(en).sort());
    for (const [code, sentence] of Object.entries(en)) {
      expect(`${code} ${facts(catalog[code] ?? '')}`).toBe(`${code} ${facts(sentence)}`);
    }
  });
});

it('has a sentence for every code that is thrown', async () => {
  const thrown = new Set<string>();
  for await (const file of glob('{apps/{api,cli},libs/*}/src/**/*.ts', {
    exclude: (path) => path.endsWith('.spec.ts'),
  })) {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.spec.ts') || !/DomainError|ensure\(|new Problem\(|reservation\(|recordOf</.test(text)) continue;
    for (const [, code] of text.matchAll(/'([a-z_]+\.[a-z_]+)'/g)) thrown.add(code as string);
  }
  expect(thrown.size).toBeGreaterThan(50);
  expect([...thrown].filter((code) => !(code in en) && !NOT_CODES.test(code)).sort()).toEqual([]);
});

/** Names of fields and locks in files that throw, and codes of errors that have sentences of their own. */
const NOT_CODES = /^((price|yoyaku|command_line|settings)\.|(business\.(slug|verticalId)|owner\.email)$)/;

it('knows which language is preferred', () => {
  expect(languageOf(undefined)).toBe('en');
  expect(languageOf('ja-JP')).toBe('ja');
  expect(languageOf('fr, ru;q=0.5, kk;q=0.7')).toBe('kk');
  expect(languageOf('ja;q=0, ru')).toBe('ru');
  expect(languageOf('constructor, ;;q=,')).toBe('en');
  expect(languageOf('fr, *;q=0.5')).toBe('en');
  expect(languageOf('zh-Hant, ja-Hira-JP;q=0.8, en;q=0.1')).toBe('ja');
  expect(languageOf('KK-kz')).toBe('kk');
  expect(languageOf('ja '.repeat(5_000))).toBe('en');
});

it('fills facts in, and says the code where there is no sentence', () => {
  expect(messageFor('rate.limited', { seconds: 5 }, 'en')).toBe('Too many requests. Try again in 5 seconds.');
  expect(messageFor('not_one_of', { values: ['a', 'b'] }, 'ja')).toBe('次のいずれかを指定してください: a, b。');
  expect(messageFor('never.heard_of', {}, 'ru')).toBe('never.heard_of');
});
