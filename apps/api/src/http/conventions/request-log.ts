import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import { idIn } from './ids';

declare module 'fastify' {
  interface FastifyRequest {
    /** The business that the request turned out to be about; see {@link Rights}. */
    tenantId: Uuid | null;
  }
}

/**
 * What every line of the log about a request says beside its correlation id: who asks, and about which business, as far
 * as that is known. Ids alone: nothing else that a client sent is told.
 */
export const concerned = (request: FastifyRequest) => ({
  actor: request.principal?.userId ?? null,
  tenant: request.tenantId ?? namedTenant(request) ?? null,
});

const namedTenant = ({ body, query, headers }: FastifyRequest): Uuid | undefined =>
  [businessOf(body), businessOf(query), headers['x-business-id']].map(idIn).find((id) => id !== undefined);

const businessOf = (fields: unknown): unknown => (fields as { businessId?: unknown } | null | undefined)?.businessId;
