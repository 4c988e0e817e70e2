// `npm run check:openapi` lints the api's OpenAPI document with Redocly's recommended rules, and fails for errors, for what
// Nest warns of while it makes the document (two classes with one name, of which one would stand for both), and when the
// types of `libs/client` are not what the document says. `npm run generate` writes those types.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { clientTypesOf } from './client-types';

const TYPES = path.join(__dirname, '../../libs/client/src/openapi.d.ts');

async function main(command: string | undefined): Promise<void> {
  // Loaded here, because the api refuses to load while the digest of a read model is not written.
  const declared = require('./document') as typeof import('./document');
  const { document, warnings } = await declared.openApiDocument();
  const types = await clientTypesOf(document);
  if (command === 'write') return writeFileSync(TYPES, types);
  const isKept = existsSync(TYPES) && readFileSync(TYPES, 'utf8') === types;
  fail(
    ...warnings,
    ...(await errorsIn(JSON.stringify(document))),
    ...(isKept ? [] : ['libs/client is not what the api says. To be done: npm run generate']),
  );
}

async function errorsIn(source: string): Promise<string[]> {
  const rules = { 'no-invalid-media-type-examples': 'error' } as const;
  const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended'], rules }) });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
}

function fail(...reasons: readonly string[]): void {
  for (const text of reasons) console.error(text);
  if (reasons.length > 0) process.exitCode = 1;
}

main(process.argv[2]).catch((error: Error) => fail(error.message));
