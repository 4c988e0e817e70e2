import { defineTable, instant, integer, json, long, nullable, type Row, sealed, text, uuid } from '@yoyaku/projecting';

/** Who did what, when, from where: a row per event. */
export const auditLog = defineTable('audit_log', {
  columns: {
    /** The event's. */
    id: uuid,
    /** The business's id, or `platform`. */
    tenantId: text,
    actorId: nullable(text),
    actorRole: text,
    /** The actor's address and user agent. */
    address: nullable(sealed),
    /** The kind of thing that changed, and which. */
    entity: text,
    entityId: text,
    action: text,
    at: instant,
    /** The event's place in its stream, and in the whole history. */
    revision: integer,
    position: long,
    correlationId: text,
    /** The event's data: values after the change. Personal values are null here; `sealed` holds them encrypted. */
    changes: json<Readonly<Record<string, unknown>>>(),
    personal: nullable(sealed),
  },
  key: ['id'],
  appendOnly: true,
  indexes: [['tenantId', 'position'], ['entity', 'entityId', 'position'], ['actorId', 'position'], ['position']],
});

export type AuditRow = Row<typeof auditLog>;
