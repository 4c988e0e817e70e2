import { KEY_GRANTS } from '@yoyaku/business';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { Id, Ids, ListQuery, SomeOf, Sort, Text, Timestamp } from '../conventions';

export class ApiKeyBody {
  @Id()
  businessId: Uuid;

  @Text({ max: 80, example: 'Till at the front desk', description: 'History names the machine by it' })
  name: string;

  @SomeOf(KEY_GRANTS, { description: 'At most what one may do oneself; staff, roles and keys are for people' })
  permissions: string[];

  @Ids({ optional: true, max: 100, description: 'All locations of whoever makes it when empty' })
  locationIds?: Uuid[];

  @Timestamp({ optional: true, nullable: true, description: 'From when on it is refused; `null`: once it is revoked' })
  expiresAt?: Instant | null;
}

export class ApiKeysQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @Sort('createdAt', 'name')
  sort?: string;
}
