import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { BusinessFacts } from '@yoyaku/business';
import type { Config } from '@yoyaku/composition';
import type { Load } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { getMetadataStorage } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { InjectConfig } from '../../../config';
import { idFrom, idIn } from '../ids';
import { Problem } from '../problems/problem';
import { type Area, Hosts } from './hosts';

type Part = 'body' | 'query';
type Handler = ReturnType<ExecutionContext['getHandler']>;

const PARTS: Readonly<Record<string, Part>> = { [RouteParamtypes.BODY]: 'body', [RouteParamtypes.QUERY]: 'query' };
const FIELD = 'businessId';

/** Where a path names a business. */
const IN_PATH = /\/businesses\/:(\w+)/;

/** Whoever has signed in as the wrong person can sign out again, in every area. */
const SIGNING_IN = /^\/api\/v1\/auth\//;

/** Whether an area is open to a member with that role; the staff's is to every member, also in a role of the business's own. */
const ADMITS: Readonly<Record<Exclude<Area, 'admin'>, (role: string) => boolean>> = {
  owner: (role) => role === 'owner',
  manager: (role) => role === 'owner' || role === 'manager',
  staff: () => true,
};

interface Named {
  readonly businessId: Uuid | null;
  readonly area: Area | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What host and header say of the business, and of whom the host is for. */
    named: Named | null;
  }
}

/**
 * A business may also be named by the header `X-Business-Id`, or by the host, `{slug}.<base domain>`: for a whole client
 * at once. It stands where the request itself leaves it out, in routes that take a `businessId`; two that differ are
 * refused. A host may also be an area of some of its people, or of the platform's.
 */
@Injectable()
export class Tenants {
  private readonly known = new Map<Handler, readonly Part[]>();
  private readonly hosts: Hosts;

  constructor(
    @InjectConfig() { baseDomain }: Config,
    private readonly businesses: BusinessFacts,
  ) {
    this.hosts = new Hosts(baseDomain);
  }

  /** Throws 400 `request.other_business`, 404 `business.not_found` for the host of none. */
  async fill(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    const host = this.hosts.read(request.hostname);
    const header = request.headers['x-business-id'];
    if (!host && header === undefined) return;
    const ofHost = host?.slug ? await this.idOf(host.slug) : null;
    const area = host?.area ?? null;
    request.named = { businessId: ofHost ?? idIn(header) ?? null, area };
    const parts = this.partsOf(context);
    const inPath = idIn(pathOf(request));
    if (parts.length === 0 && inPath === undefined) return;
    if (host && host.slug !== null && ofHost === null) throw new DomainError('business.not_found', { path: 'host' });
    const ofHeader = header === undefined ? null : idFrom(header, 'X-Business-Id');
    const businessId = ofHeader ?? ofHost;
    ensureSame(ofHost, businessId, 'X-Business-Id');
    ensureSame(inPath ?? null, businessId, 'path');
    for (const part of businessId ? parts : []) {
      // A command that says nothing but its business may come without a body.
      if (request[part] === undefined) request[part] = {};
      const fields = request[part] as Record<string, unknown> | null;
      if (typeof fields !== 'object' || fields === null) continue;
      if (fields[FIELD] === undefined) fields[FIELD] = businessId;
      else ensureSame(idIn(fields[FIELD]) ?? null, businessId, FIELD);
    }
  }

  /** Once it is known to whom the thing belongs that the request is about. Throws 400 `request.other_business`. */
  ensureOne({ named, tenantId }: FastifyRequest): void {
    ensureSame(tenantId, named?.businessId ?? null, 'path');
  }

  /** Throws 403 `access.area` to somebody signed in who is not whom the area is for; platform admins pass everywhere. */
  async ensureArea({ named, principal, routeOptions }: FastifyRequest): Promise<void> {
    const area = named?.area;
    if (!area || !principal || principal.role === 'admin' || SIGNING_IN.test(routeOptions.url ?? '')) return;
    const passes = async (load: Load) => {
      if (area === 'admin' || !named.businessId) return false;
      const role = await this.businesses.role(named.businessId, principal.userId, load);
      return role !== null && ADMITS[area](role);
    };
    if ((await passes('maxStale')) || (await passes('requireLoad'))) return;
    throw new Problem(403, 'access.area', { facts: { area } });
  }

  /** A business may be newer than what this process remembers. */
  private async idOf(slug: string): Promise<Uuid | null> {
    return (await this.businesses.idBySlug(slug)) ?? this.businesses.idBySlug(slug, 'requireLoad');
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

const pathOf = ({ routeOptions: { url = '' }, params }: FastifyRequest): unknown => {
  const [, name] = IN_PATH.exec(url) ?? [];
  return name && (params as Readonly<Record<string, unknown>>)[name];
};

/** Throws 400 where both name a business, and not the same. */
function ensureSame(one: Uuid | null, other: Uuid | null, path: string): void {
  if (one && other && one !== other)
    throw new Problem(400, 'request.other_business', { errors: [{ path, code: 'request.other_business' }] });
}
