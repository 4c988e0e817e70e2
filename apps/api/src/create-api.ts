import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@yoyaku/composition';
import { Accounts } from '@yoyaku/identity';
import { newUuid } from '@yoyaku/kernel';
import { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { serveDocs } from './docs/openapi';
import { ensureEveryRouteHasAccess } from './http/conventions/access/every-route';
import { Idempotency } from './http/conventions/commands/idempotency';
import { Problem } from './http/conventions/problems/problem';
import { sendProblem } from './http/conventions/problems/problem.filter';
import { ApiAdapter } from './server/api.adapter';
import { addHooks, correlationOf } from './server/hooks';
import { createLogger, NestLogger } from './server/logging';
import { Metrics } from './server/metrics';

const PREFIX = 'api/v1';
/** Routes that do not stand below the prefix. */
export const AT_THE_ROOT = ['health', 'health/live', 'health/ready', `${PREFIX}/health`, 'metrics'];
const BODY_LIMIT = 1024 * 1024;

/** What browsers may read of an answer from another origin. */
const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Event-Position',
  'X-Correlation-Id',
];

/** Swagger UI styles itself inline; nothing else does anything of the kind. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The whole application, ready to be listened with or injected into. Throws when a route lacks its access rule. */
export async function createApi(
  config: Config,
  logger: Logger = createLogger(config),
): Promise<NestFastifyApplication> {
  const adapter = new ApiAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    frameworkErrors: sendProblem,
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustProxy || false,
    genReqId: ({ headers }: IncomingMessage) => correlationOf(headers) ?? newUuid(),
    forceCloseConnections: 'idle',
    // What still comes over an open connection while we stop is answered as ever; its connection ends with that.
    return503OnClosing: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readJsonOnly(fastify);
  addHooks(fastify, app.get(Idempotency), app.get(Metrics));
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, frameguard: { action: 'deny' } });
  await app.register(cors, { origin: [...config.corsOrigins], exposedHeaders: EXPOSED_HEADERS, maxAge: 600 });
  app.setGlobalPrefix(PREFIX, { exclude: AT_THE_ROOT });
  ensureEveryRouteHasAccess(app);
  serveDocs(app);
  await app.init();
  await fastify.ready();
  if (config.admin) await app.get(Accounts).ensureAdmin(config.admin.email, config.admin.password);
  return app;
}

/** JSON is all that is taken; a command without anything to say may come without a body whatever its type says. */
function readJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    parseJson(request, body as string, (error, value) =>
      error || isNestedWithin(value, DEEPEST) ? done(error, value) : done(new Problem(400, 'request.malformed')),
    );
  });
}

/** Deeper than any body of ours; what is nested without end would overflow the stack of whatever walks it. */
const DEEPEST = 20;

const isNestedWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((child) => isNestedWithin(child, levels - 1)));
