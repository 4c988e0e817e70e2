import type { Instant, Uuid } from '@yoyaku/kernel';
import { Id, ListQuery, Sort, Text, Timestamp } from '../conventions';

export class EntityAuditQuery extends ListQuery {
  @Sort('-position')
  sort?: string;
}

export class AuditQuery extends EntityAuditQuery {
  @Id({ optional: true, description: 'Required, but for platform admins and auditors' })
  businessId?: Uuid;

  @Id({ optional: true, description: 'Who did it' })
  actorId?: Uuid;

  @Text({ optional: true, max: 50, pattern: /^[a-z_-]+$/, example: 'booking' })
  entity?: string;

  @Text({ optional: true, max: 100 })
  entityId?: string;

  @Text({ optional: true, max: 100, pattern: /^[A-Za-z]+$/, example: 'BookingCancelled' })
  action?: string;

  @Timestamp({ optional: true, description: 'At this moment or later' })
  from?: Instant;

  @Timestamp({ optional: true, description: 'Before this moment' })
  to?: Instant;
}
