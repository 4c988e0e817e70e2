import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { BusinessFacts } from '@yoyaku/business';
import type { Config } from '@yoyaku/composition';
import { getMetadataStorage } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { InjectConfig } from '../../../config';

type Part = 'body' | 'query';
type Handler = ReturnType<ExecutionContext['getHandler']>;

const PARTS: Readonly<Record<string, Part>> = { [RouteParamtypes.BODY]: 'body', [RouteParamtypes.QUERY]: 'query' };
const FIELD = 'businessId';

/** Whom a host is for, before the business's slug: `staff.salon-sakura.example.com`. */
const AREA = '(?:(?:owner|manager|staff)\\.)?';

/**
 * A business may also be named by the header `X-Business-Id`, or by the host, `{slug}.<base domain>`: for a whole client
 * at once. What the request itself names goes before; routes that take no `businessId` do not get one.
 */
@Injectable()
export class Tenants {
  private readonly known = new Map<Handler, readonly Part[]>();
  private readonly host: RegExp;

  constructor(
    @InjectConfig() { baseDomain }: Config,
    private readonly businesses: BusinessFacts,
  ) {
    this.host = new RegExp(`^${AREA}([a-z0-9-]+)\\.${RegExp.escape(baseDomain)}$`);
  }

  async fill(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    const [, slug] = this.host.exec(request.hostname) ?? [];
    const header = request.headers['x-business-id'];
    if (!slug && !header) return;
    const open = this.partsOf(context)
      .map((part) => request[part] ?? {})
      .filter((fields) => typeof fields === 'object') as Record<string, unknown>[];
    for (const fields of open.filter((fields) => fields[FIELD] === undefined)) {
      const businessId = header ?? (await this.businesses.idBySlug(slug as string));
      if (businessId) fields[FIELD] = businessId;
    }
  }

  private partsOf(context: ExecutionContext): readonly Part[] {
    const handler = context.getHandler();
    const parts = this.known.get(handler) ?? readParts(context.getClass(), handler.name);
    this.known.set(handler, parts);
    return parts;
  }
}

/** Where the route's classes of body and query have the field. */
function readParts(controller: ReturnType<ExecutionContext['getClass']>, method: string): Part[] {
  const args: Record<string, { index: number }> = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
  const types: unknown[] = Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? [];
  return Object.entries(args).flatMap(([key, { index }]) => {
    const part = PARTS[key.split(':')[0] as string];
    const type = types[index];
    if (!part || typeof type !== 'function') return [];
    const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    return rules.some(({ propertyName }) => propertyName === FIELD) ? [part] : [];
  });
}
