import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSecrets } from '@yoyaku/testing';
import { readConfig } from '../../../libs/composition/src/config';
import { apiPorts, type Environment, readEnvironment, readSettings } from './settings';

const root = join(__dirname, '..', '..', '..');

/** Names of the variables that a function asks its environment for. */
function namesRead(read: (env: Environment) => unknown): string[] {
  const names = new Set<string>();
  const listening: Environment = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return testSecrets[name as keyof typeof testSecrets];
      },
    },
  );
  read(listening);
  return [...names];
}

/** Names that stand as text in files: in docker's, and where a program asks its own environment, but tests' own. */
const namesIn = (files: string, name: RegExp): string[] =>
  globSync(files, { cwd: root })
    .filter((file) => !file.endsWith('.spec.ts') && !file.endsWith('.test.yml'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(name)].map(([, found = '']) => found));

test('.env.example lists what is read, each variable once, and nothing else', () => {
  const listed = readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^#?([A-Z_]+)=/gm);
  const read = new Set([
    ...namesRead(readConfig),
    ...namesRead(readSettings),
    ...namesIn('{apps,libs}/*/src/**/*.ts', /\bprocess\.env\.(?!PATH\b|TEST_)([A-Z_]+)/g),
    ...namesIn('docker/*.yml', /\$\{([A-Z_]+)/g),
  ]);
  expect([...listed].map(([, name]) => name).sort()).toEqual([...read].sort());
});

test('the environment goes before .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yoyaku-env-'));
  writeFileSync(join(folder, '.env'), 'PORT=3000\nDEMO=false\n');
  expect(readEnvironment(folder, { PORT: '4000' })).toEqual({ PORT: '4000', DEMO: 'false' });
  rmSync(folder, { recursive: true });
});

test.each([
  [{ PORT: 'http' }, 'PORT must be a whole number from 1 to 65535'],
  [{ PORT: '65535', API_PROCESSES: '2' }, 'PORT must be a whole number from 1 to 65534'],
  [{ API_PROCESSES: '0' }, 'API_PROCESSES must be a whole number from 1 to 64'],
])('refuses %p', (env, reason) => {
  expect(() => readSettings(env)).toThrow(reason);
});

describe('with a port in use', () => {
  const other = createServer();
  const taken = () => (other.address() as AddressInfo).port;
  beforeAll((done) => {
    other.listen(0, '0.0.0.0', done);
  });
  afterAll((done) => {
    other.close(done);
  });

  test('takes the port that was asked for, or says why not', async () => {
    const ports = apiPorts(readSettings({ PORT: `${taken()}` }));
    await expect(ports).rejects.toThrow(`port ${taken()} cannot be used`);
  });

  test('takes free ones in a row when none was asked for', async () => {
    const ports = await apiPorts(readSettings({ API_PROCESSES: '3' }));
    expect(ports).toEqual([0, 1, 2].map((index) => (ports[0] ?? 0) + index));
  });
});
