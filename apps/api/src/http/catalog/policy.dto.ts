import { PartialType } from '@nestjs/swagger';
import type { Fee, Uuid } from '@yoyaku/kernel';
import { FeeField } from '../business/fee.dto';
import { Flag, Id, ListQuery, Sort, Text, Whole } from '../conventions';

class PolicyFields {
  @Text({ max: 120, example: 'A day before' })
  name: string;

  @Whole({ min: 0, max: 8760, example: 24, description: 'Free of charge until so many hours before the start' })
  freeUntilHours: number;

  @FeeField({ optional: true, nullable: true, description: 'For cancelling later than that' })
  lateFee?: Fee | null;

  @FeeField({ optional: true, nullable: true, description: 'For not coming' })
  noShowFee?: Fee | null;
}

class ChangeableFields extends PolicyFields {
  @Flag({ optional: true, description: 'For services that name no policy; a business has one such at most' })
  isDefault?: boolean;
}

export class CreatePolicyBody extends ChangeableFields {
  @Id()
  businessId: Uuid;
}

export class ChangePolicyBody extends PartialType(ChangeableFields, { skipNullProperties: false }) {}

export class PoliciesQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @Sort('createdAt', 'name')
  sort?: string;
}
