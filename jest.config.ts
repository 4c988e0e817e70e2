/** @jest-config-loader ts-node */
/** @jest-config-loader-options {"transpileOnly": true} */
import { readFileSync } from 'node:fs';
import type { Config } from 'jest';

const { compilerOptions } = JSON.parse(readFileSync(`${__dirname}/tsconfig.json`, 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** tsconfig's path aliases, as Jest wants them; there is one list, in tsconfig.json. */
const aliases = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [target]]) => [
    `^${alias.replace('*', '(.*)')}$`,
    target.replace('./', '<rootDir>/').replace('*', '$1'),
  ]),
);

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/projections', '<rootDir>/tools', '<rootDir>/docker'],
  globalSetup: '<rootDir>/libs/testing/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.ts',
  // A machine that does much else at once takes many times as long; it only matters to a test that hangs.
  testTimeout: 120_000,
  // Jest's default leaves a core to itself, which it does not need: many specs wait more than they work.
  maxWorkers: '100%',
  // What a file's modules hold is not all given back: a worker begins anew before it has no room.
  workerIdleMemoryLimit: '1GB',
  testRegex: ['\\.spec\\.ts$'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  moduleNameMapper: aliases,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    '^.+\\.m?js$': '<rootDir>/tools/esm-transformer.cjs',
  },
  transformIgnorePatterns: [],
};
export default config;
