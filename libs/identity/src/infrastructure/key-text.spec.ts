import { newUuid, type Uuid } from '@yoyaku/kernel';
import { hashOfKey, looksLikeKey, newKeyText, readKeyText } from './key-text';

it('is a text of one shape, which holds id and secret', () => {
  for (const id of [newUuid(), '00000000-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff']) {
    const key = newKeyText(id as Uuid);
    expect(key.text).toMatch(/^yk_[0-9A-Za-z]{60}$/);
    expect(readKeyText(key.text)).toEqual(key);
  }
  const id = newUuid();
  expect(newKeyText(id).text).not.toBe(newKeyText(id).text);
});

it('is none where a digit is another, two have changed places, or it is longer or shorter', () => {
  const { text } = newKeyText(newUuid());
  for (let i = 3; i < text.length; i++) {
    expect(readKeyText(`${text.slice(0, i)}${text[i] === 'x' ? 'y' : 'x'}${text.slice(i + 1)}`)).toBeUndefined();
    if (text[i] === text[i + 1] || i + 1 === text.length) continue;
    expect(readKeyText(`${text.slice(0, i)}${text[i + 1]}${text[i]}${text.slice(i + 2)}`)).toBeUndefined();
  }
  for (const none of [
    `${text}0`,
    text.slice(0, -1),
    `${text.toUpperCase()}`,
    'yk_',
    '',
    ` ${text}`,
    `yk_${'z'.repeat(60)}`,
  ])
    expect(readKeyText(none)).toBeUndefined();
  expect([looksLikeKey('yk_'), looksLikeKey('eyJhbGciOi')]).toEqual([true, false]);
});

it('is kept as a hash that is another with another id, secret, or key of ours', () => {
  const key = newKeyText(newUuid());
  const other = newKeyText(newUuid());
  const hashes = [
    hashOfKey(key, 'ours'),
    hashOfKey(key, 'theirs'),
    hashOfKey({ ...key, id: other.id }, 'ours'),
    hashOfKey({ ...key, secret: other.secret }, 'ours'),
  ].map((hash) => hash.toString('hex'));
  expect(new Set(hashes).size).toBe(4);
  expect(hashOfKey(readKeyText(key.text) ?? other, 'ours').toString('hex')).toBe(hashes[0]);
});
