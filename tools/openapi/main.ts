// `npm run check:openapi` lints the api's OpenAPI document with Redocly's recommended rules, and fails for errors, for what
// Nest warns of while it makes the document (two classes with one name, of which one would stand for both), and when the
// types of `libs/client` are not what the document says. `npm run client` writes those types.
import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypes, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { openApiOf } from '../../apps/api/src/docs/openapi';
import { HTTP_MODULES, placeRoutes } from '../../apps/api/src/http/routes';

const TYPES = path.join(__dirname, '../../libs/client/src/openapi.d.ts');

async function main(command: string | undefined): Promise<void> {
  const warnings: string[] = [];
  const app = await declaredApp();
  Logger.overrideLogger({ log: () => {}, error: (text) => warnings.push(text), warn: (text) => warnings.push(text) });
  const source = JSON.stringify(openApiOf(app));
  const types = await typesOf(source);
  if (command === 'write') return writeFileSync(TYPES, types);
  const isKept = existsSync(TYPES) && readFileSync(TYPES, 'utf8') === types;
  const found = [
    ...warnings,
    ...(await errorsIn(source)),
    ...(isKept ? [] : ['libs/client is not what the api says. To be done: npm run client']),
  ];
  for (const text of found) console.error(text);
  if (found.length > 0) process.exitCode = 1;
}

async function errorsIn(source: string): Promise<string[]> {
  const rules = { 'no-invalid-media-type-examples': 'error' } as const;
  const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended'], rules }) });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
}

/** In the order of the alphabet, so that a new route is one place in a diff. A field with a default may be left out. */
async function typesOf(source: string): Promise<string> {
  const types = await openapiTypes(withoutExamples(source), { alphabetize: true, defaultNonNullable: false });
  return COMMENT_HEADER + astToString(types);
}

/** Examples of whole bodies would be half of what the types say. */
const withoutExamples = (source: string): string =>
  JSON.stringify(JSON.parse(source), (_, value) =>
    value?.schema && value.example !== undefined ? { ...value, example: undefined } : value,
  );

/** The controllers' declarations alone: nothing is started, and no server is asked. */
async function declaredApp(): Promise<NestFastifyApplication> {
  const declared = Test.createTestingModule({ imports: HTTP_MODULES }).useMocker(() => ({}));
  const module = await declared.compile({ preview: true });
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  placeRoutes(app);
  return app;
}

void main(process.argv[2]);
