// `npm run check:openapi` lints the api's OpenAPI document with Redocly's recommended rules, and fails for errors and for
// what Nest warns of while it makes the document: two classes with one name, of which one would stand for both.
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiOf } from '../../apps/api/src/docs/openapi';
import { HTTP_MODULES, placeRoutes } from '../../apps/api/src/http/routes';

async function main(): Promise<void> {
  const app = await declaredApp();
  const warnings: string[] = [];
  Logger.overrideLogger({ log: () => {}, error: (text) => warnings.push(text), warn: (text) => warnings.push(text) });
  const source = JSON.stringify(openApiOf(app));
  const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended'] }) });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const found = [
    ...warnings,
    ...errors.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
  ];
  for (const text of found) console.error(text);
  if (found.length > 0) process.exitCode = 1;
}

/** The controllers' declarations alone: nothing is started, and no server is asked. */
async function declaredApp(): Promise<NestFastifyApplication> {
  const declared = Test.createTestingModule({ imports: HTTP_MODULES }).useMocker(() => ({}));
  const module = await declared.compile({ preview: true });
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  placeRoutes(app);
  return app;
}

void main();
