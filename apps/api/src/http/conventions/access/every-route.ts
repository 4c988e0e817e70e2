import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { routeOf } from '../routes';
import type { AccessRule } from './access';

export interface Route {
  readonly method: string;
  /** Below the prefix, with parameters as `:id`. */
  readonly path: string;
  readonly handler: string;
  readonly rule: AccessRule | undefined;
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
        }));
      });
    });
}

/** Throws unless every route is a `@Command` or a `@Query`, and so says who may call it. */
export function ensureEveryRouteHasAccess(app: INestApplicationContext): void {
  const open = everyRoute(app).filter(({ rule }) => rule === undefined);
  if (open.length === 0) return;
  const list = open.map(({ method, path, handler }) => `${method} ${path} (${handler})`).join(', ');
  throw new Error(`Routes that are neither @Command nor @Query: ${list}`);
}
