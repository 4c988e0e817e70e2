import { categoryOf, idOf, impersonal, sealedCopy } from '@yoyaku/eventing';
import { defineProjection } from '@yoyaku/projecting';
import { auditLog } from './table';

/** Every event as a change that somebody made. Personal data stays encrypted. */
export const auditLogProjection = defineProjection()({
  name: 'audit-log',
  version: 9,
  tables: { auditLog },
  on: {},
  onEvery: (event, rows) => {
    const { id, type, at, tenantId, actor, sealed, stream, revision, position, correlationId } = event;
    rows.auditLog.put({
      id,
      tenantId,
      action: type,
      at,
      revision,
      position: Number(position),
      correlationId,
      actorId: actor.id,
      actorRole: actor.role,
      address: sealed.actor && { ...sealed.actor, eventId: id },
      entity: categoryOf(stream),
      entityId: idOf(stream),
      changes: impersonal(event),
      personal: sealedCopy(event),
    });
  },
});
