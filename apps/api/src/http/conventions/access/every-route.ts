import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { routeOf } from '../routes';
import type { AccessRule } from './access';
import { takesScope } from './in-scope';

export interface Route {
  readonly method: string;
  /** Below the prefix, with parameters as `:id`. */
  readonly path: string;
  readonly handler: string;
  readonly rule: AccessRule | undefined;
  /** Whether the handler is given the scope that comes of the rule. */
  readonly takesScope: boolean;
}

/** Every route of every controller, and who may call it. */
export function everyRoute(app: INestApplicationContext): Route[] {
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ instance, metatype }) => {
      if (!instance || !metatype) return [];
      const prototype = Object.getPrototypeOf(instance);
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const path: string | string[] | undefined = Reflect.getMetadata(PATH_METADATA, handler);
        if (path === undefined) return [];
        const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
        const base: string = Reflect.getMetadata(PATH_METADATA, metatype);
        return [path].flat().map((end) => ({
          method,
          path: `/${[base, end]
            .map((part) => part.replace(/^\/|\/$/g, ''))
            .filter(Boolean)
            .join('/')}`,
          handler: `${metatype.name}.${name}`,
          rule: routeOf(handler)?.access,
          takesScope: takesScope(metatype, name),
        }));
      });
    });
}

/**
 * Throws unless every route is a `@Command` or a `@Query`, and so says who may call it, and unless its handler takes the
 * scope that comes of a rule about a business.
 */
export function ensureEveryRouteHasAccess(app: INestApplicationContext): void {
  const routes = everyRoute(app);
  refuse(routes, 'are neither @Command nor @Query', ({ rule }) => rule === undefined);
  refuse(
    routes,
    'take neither @InScope() nor @Ctx()',
    ({ rule, takesScope }) => typeof rule === 'object' && !takesScope,
  );
}

function refuse(routes: readonly Route[], fault: string, isFaulty: (route: Route) => boolean): void {
  const faulty = routes.filter(isFaulty);
  if (faulty.length === 0) return;
  const list = faulty.map(({ method, path, handler }) => `${method} ${path} (${handler})`).join(', ');
  throw new Error(`Routes that ${fault}: ${list}`);
}
