import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepSecrets } from './secrets';

const aFolder = (): string => mkdtempSync(join(tmpdir(), 'yoyaku-secrets-'));

it('makes secrets once', () => {
  const folder = aFolder();
  const made = keepSecrets(folder);
  expect(made.isNew).toBe(true);
  expect(keepSecrets(folder)).toEqual({ secrets: made.secrets, isNew: false });
});

it('adds the secret that an earlier build did not have, and keeps those that are there', () => {
  const folder = aFolder();
  const { outboxKey: _, ...earlier } = keepSecrets(aFolder()).secrets;
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(earlier));
  const { secrets, isNew } = keepSecrets(folder);
  expect(isNew).toBe(false);
  expect(secrets).toEqual({ ...earlier, outboxKey: expect.stringMatching(/^[\w-]{43}$/) });
  expect(JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))).toEqual(secrets);
});
