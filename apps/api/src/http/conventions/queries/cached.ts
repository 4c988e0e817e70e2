import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const CACHED = 'yoyaku:cached';

declare module 'fastify' {
  interface FastifyRequest {
    /** See {@link Cached}; null where the route does not say so. */
    cachedFor: number | null;
  }
}

/**
 * For public queries: what nobody in particular is told may be kept by anyone for so many seconds, and is asked for anew
 * by its `ETag`. What is told to somebody signed in, or to who waits for a position, only they may keep.
 */
export const Cached = (seconds: number): MethodDecorator =>
  applyDecorators(SetMetadata(CACHED, seconds), ApiExtension('x-cached', seconds)) as MethodDecorator;
