import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { openApiOf } from '../../apps/api/src/docs/openapi';
import { HTTP_MODULES, placeRoutes } from '../../apps/api/src/http/routes';

/**
 * What the controllers declare, and what Nest warns of while it makes a document of it. Nothing is started, and no server
 * is asked.
 */
export async function openApiDocument(): Promise<{ document: OpenAPIObject; warnings: readonly string[] }> {
  const declared = Test.createTestingModule({ imports: HTTP_MODULES }).useMocker(() => ({}));
  const module = await declared.compile({ preview: true });
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  placeRoutes(app);
  const warnings: string[] = [];
  Logger.overrideLogger({ log: () => {}, error: (text) => warnings.push(text), warn: (text) => warnings.push(text) });
  return { document: openApiOf(app), warnings };
}
