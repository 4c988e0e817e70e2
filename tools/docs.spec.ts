import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })];

/** Paths of this repository that a page names in backticks. Patterns (`<context>`, `*`) name no file. */
const pathsIn = (page: string): string[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(/`((?:apps|bench|docs|libs|projections|tools)\/[^`\s<*{…]+)`/g),
  ].map(([, path = '']) => path);

test.each(pages)('%s names files and folders that exist', (page) => {
  expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('docs/architecture.md follows the three journeys from file to file', () => {
  expect(pathsIn('docs/architecture.md').length).toBeGreaterThan(30);
});
