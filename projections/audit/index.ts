import { auditLogProjection } from './audit-log/projection';

export { type AuditFilter, AuditQueries } from './audit-log/queries';
export type { AuditRow } from './audit-log/table';

export const auditProjections = [auditLogProjection];
