import { categoryOf, idOf } from '@yoyaku/eventing';
import { defineProjection } from '@yoyaku/projecting';
import { auditLog } from './table';

/** Every event as a change that somebody made. */
export const auditLogProjection = defineProjection()({
  name: 'audit-log',
  version: 1,
  tables: { auditLog },
  on: {},
  onEvery: ({ id, type, data, at, tenantId, actor, stream, revision, position, correlationId }, rows) =>
    rows.auditLog.put({
      ...{ id, tenantId, action: type, at, revision, position: Number(position), correlationId },
      ...{ actorId: actor.id, actorRole: actor.role, ip: actor.ip, userAgent: actor.userAgent },
      ...{ entity: categoryOf(stream), entityId: idOf(stream), changes: { ...data } },
    }),
});
