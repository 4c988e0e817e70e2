import { PartialType } from '@nestjs/swagger';
import { RESOURCE_KINDS } from '@yoyaku/catalog';
import type { ResourceKind } from '@yoyaku/catalog/events';
import type { Uuid } from '@yoyaku/kernel';
import { Id, ListQuery, OneOf, Sort, Sought, Text, Whole } from '../conventions';

const given = { skipNullProperties: false };

class ResourceFields {
  @Text({ max: 120, example: 'Yuki' })
  name: string;

  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  description?: string | null;

  @Whole({ optional: true, min: 1, max: 10_000, default: 1, description: 'People at a time' })
  capacity?: number;

  @Id({ optional: true, nullable: true, description: 'Wherever it is needed when null' })
  locationId?: Uuid | null;

  @Id({ optional: true, nullable: true, description: 'The user that a staff resource is; told to owners and managers' })
  userId?: Uuid | null;
}

export class CreateResourceBody extends ResourceFields {
  @Id()
  businessId: Uuid;

  @OneOf(RESOURCE_KINDS)
  kind: ResourceKind;
}

export class ChangeResourceBody extends PartialType(ResourceFields, given) {}

export class ResourcesQuery extends ListQuery {
  @Id({ optional: true, description: 'All that take bookings when absent' })
  businessId?: Uuid;

  @OneOf(RESOURCE_KINDS, { optional: true })
  kind?: ResourceKind;

  @Id({ optional: true })
  locationId?: Uuid;

  @Sought('Parts of the name or description')
  q?: string;

  @Sort('createdAt', 'kind')
  sort?: string;
}
