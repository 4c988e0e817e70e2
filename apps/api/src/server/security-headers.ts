import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** Swagger UI needs inline styles. Nothing else does. */
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

/** Every answer has Helmet's headers. They are put together once: Fastify's plugin does so for each request. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  const secure = helmet({ contentSecurityPolicy: CONTENT_SECURITY_POLICY, frameguard: { action: 'deny' } });
  fastify.addHook('onRequest', ({ raw: request }, { raw: response }, done) =>
    secure(request, response, (error) => done(error as Error | undefined)),
  );
}
