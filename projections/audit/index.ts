import { auditLogProjection } from './audit-log/projection';

export { type AuditEntry, AuditQueries } from './audit-log/queries';

export const auditProjections = [auditLogProjection];
