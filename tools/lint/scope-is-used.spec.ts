import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '../..');

/** The rules against which biome lints a handler with that parameter and body. */
function brokenBy(parameter: string, body: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'lint-'));
  try {
    const config = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8'));
    const plugins = config.plugins.map((plugin: string) => path.join(root, plugin));
    writeFileSync(path.join(folder, 'biome.json'), JSON.stringify({ ...config, plugins, vcs: { enabled: false } }));
    const handler = `export class Probe { list(${parameter}: Scope) { ${body} } }`;
    writeFileSync(path.join(folder, 'probe.ts'), `${handler}\ndeclare const use: (...all: unknown[]) => void;\n`);
    const biome = path.join(root, 'node_modules/.bin/biome');
    const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '.'], { cwd: folder, encoding: 'utf8' });
    return JSON.parse(stdout).diagnostics.map(({ category }: { category: string }) => category);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each([
  ['@InScope() scope', 'lint/correctness/noUnusedFunctionParameters'],
  ['@Ctx() context', 'lint/correctness/noUnusedFunctionParameters'],
  ['@InScope() _', 'plugin'],
  ['@InScope() _scope', 'plugin'],
  ['@Ctx() _context', 'plugin'],
  ['@InScope() { kind: _ }', 'plugin'],
  ['@InScope() {}', 'lint/correctness/noEmptyPattern'],
])('a handler that takes %s and does not use it is refused', (parameter, rule) =>
  expect(brokenBy(parameter, '')).toEqual([rule]),
);

it.each([
  ['@InScope() scope', 'use(scope);'],
  ['@Ctx() { scope }', 'use(scope);'],
  ['@User() _', ''],
])('a handler that takes %s is not refused', (parameter, body) => expect(brokenBy(parameter, body)).toEqual([]));
