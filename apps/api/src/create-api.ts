import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, NestLogger } from '@yoyaku/composition';
import { Commands, systemContext } from '@yoyaku/eventing';
import { EnsureAdmin } from '@yoyaku/identity';
import { newUuid } from '@yoyaku/kernel';
import { Outbox } from '@yoyaku/notifications';
import { isTracing } from '@yoyaku/tracing';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { serveDocs } from './docs/openapi';
import { ensureEveryRouteHasAccess } from './http/conventions/access/every-route';
import { Idempotency } from './http/conventions/commands/idempotency';
import { sendProblem } from './http/conventions/problems/problem.filter';
import { placeRoutes } from './http/routes';
import { ApiAdapter } from './server/api.adapter';
import { addCaching } from './server/caching';
import { addHooks, correlationOf } from './server/hooks';
import { readJsonOnly } from './server/json-body';
import { apiLogger, RequestLog } from './server/logging';
import { Metrics } from './server/metrics';
import { serveMetrics } from './server/metrics-route';
import { serveOutbox } from './server/outbox-routes';
import { answerForNode, answerUnreadable, refuseBareOptions } from './server/protocol-errors';
import { addSecurityHeaders } from './server/security-headers';
import { addTracing } from './server/tracing';
import { trustOf } from './server/trusted-proxies';
import { ARRIVAL, endUnfinishedOnClose } from './server/unfinished-requests';
import { routeUpgrades, UPGRADES } from './server/web-sockets';

const BODY_LIMIT = 1024 * 1024;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Headers that browsers may send from another origin, beside those that are always allowed. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Traceparent',
  'X-Business-Id',
  'X-Correlation-Id',
  'X-Min-Position',
];

/** Headers of an answer that browsers may read from another origin. */
const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Event-Position',
  'X-Correlation-Id',
];

/** The whole application, ready to listen or to get injected requests. Throws when a route lacks its access rule. */
export async function createApi(config: Config, logger: Logger = apiLogger(config)): Promise<NestFastifyApplication> {
  const adapter = new ApiAdapter({
    loggerInstance: logger,
    logController: new RequestLog({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    frameworkErrors: sendProblem,
    clientErrorHandler: answerUnreadable,
    http: { requireHostHeader: false, ...ARRIVAL, ...UPGRADES },
    requestTimeout: ARRIVAL.requestTimeout,
    bodyLimit: BODY_LIMIT,
    trustProxy: trustOf(config.trustedProxies),
    genReqId: ({ headers }: IncomingMessage) => correlationOf(headers) ?? newUuid(),
    forceCloseConnections: 'idle',
    // Requests that come over an open connection while we stop are still answered; then the connection is closed.
    return503OnClosing: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readJsonOnly(fastify);
  answerForNode(fastify);
  endUnfinishedOnClose(fastify);
  routeUpgrades(fastify);
  addHooks(fastify, app.get(Idempotency), app.get(Metrics));
  if (isTracing()) addTracing(fastify);
  addCaching(fastify);
  serveMetrics(fastify, app.get(Metrics), config);
  serveOutbox(fastify, app.get(Outbox), config);
  addSecurityHeaders(fastify);
  refuseBareOptions(fastify);
  await app.register(cors, {
    origin: [...config.corsOrigins],
    methods: METHODS,
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  placeRoutes(app);
  ensureEveryRouteHasAccess(app);
  serveDocs(app);
  await app.init();
  await fastify.ready();
  if (config.admin) {
    const { email, password } = config.admin;
    await app.get(Commands).send(new EnsureAdmin(email, password, systemContext('installation')));
  }
  return app;
}
