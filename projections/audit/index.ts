import { auditLogProjection } from './audit-log/projection';

export { AuditQueries } from './audit-log/queries';

export const auditProjections = [auditLogProjection];
