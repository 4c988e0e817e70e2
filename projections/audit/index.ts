import { auditLogProjection } from './audit-log/projection';

export { type AuditEntry, type AuditFilter, AuditQueries, seesPeople } from './audit-log/queries';

export const auditProjections = [auditLogProjection];
