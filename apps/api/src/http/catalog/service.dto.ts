import { OmitType, PartialType } from '@nestjs/swagger';
import type { Fee, Money, Uuid } from '@yoyaku/kernel';
import { FeeField } from '../business/fee.dto';
import {
  Flag,
  Id,
  Ids,
  ListQuery,
  MoneyBody,
  MoneyField,
  NestedList,
  OneOf,
  Sort,
  Sought,
  Text,
  Whole,
} from '../conventions';

const DAY_MINUTES = 1440;

class RequirementBody {
  @Ids({ min: 1, max: 100, description: 'Resources of the business, any one of which will do' })
  anyOf: Uuid[];
}

export class OverrideBody {
  @Id({ description: 'One of those that the requirements name' })
  resourceId: Uuid;

  @MoneyField({ optional: true, nullable: true })
  price?: Money | null;

  @Whole({ optional: true, nullable: true, min: 1, max: 30 * DAY_MINUTES })
  durationMinutes?: number | null;
}

class ServiceFields {
  @Text({ max: 120, example: 'Cut' })
  name: string;

  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  description?: string | null;

  @Text({ optional: true, nullable: true, max: 60, example: 'Hair' })
  category?: string | null;

  @Whole({ min: 1, max: 30 * DAY_MINUTES, example: 60 })
  durationMinutes: number;

  @MoneyField({ description: 'In the currency of the business' })
  price: MoneyBody;

  @Whole({ optional: true, min: 0, max: DAY_MINUTES, default: 0 })
  bufferBeforeMinutes?: number;

  @Whole({ optional: true, min: 0, max: DAY_MINUTES, default: 0 })
  bufferAfterMinutes?: number;

  @Whole({
    optional: true,
    min: 1,
    max: 10_000,
    default: 1,
    description: 'People in one session; more than 1 is a class',
  })
  capacity?: number;

  @Flag({
    optional: true,
    nullable: true,
    description: 'Whether strangers may join a session; when null or absent, if the capacity is more than 1',
  })
  shared?: boolean | null;

  @OneOf(['booking', 'person'], { optional: true, default: 'booking', description: 'What the price is for' })
  pricing?: 'booking' | 'person';

  @Whole({
    optional: true,
    nullable: true,
    min: 5,
    max: DAY_MINUTES,
    description: 'The business’s slot interval when null',
  })
  intervalMinutes?: number | null;

  @NestedList(() => RequirementBody, {
    optional: true,
    max: 10,
    description: 'One resource for each is needed; none: opening hours alone',
  })
  requirements?: RequirementBody[];

  @NestedList(() => OverrideBody, {
    optional: true,
    max: 200,
    description: 'Where a resource asks for more, or takes longer',
  })
  overrides?: OverrideBody[];

  @Ids({ optional: true, max: 100, description: 'All locations when empty' })
  locationIds?: Uuid[];

  @Id({ optional: true, nullable: true, description: 'The business’s default policy when null' })
  policyId?: Uuid | null;

  @FeeField({ optional: true, nullable: true, description: 'As the business when null' })
  depositRule?: Fee | null;
}

export class CreateServiceBody extends ServiceFields {
  @Id()
  businessId: Uuid;
}

export class ChangeServiceBody extends PartialType(ServiceFields, { skipNullProperties: false }) {}

export class ServicesQuery extends ListQuery {
  @Id({ optional: true, description: 'All that take bookings when absent' })
  businessId?: Uuid;

  @Text({ optional: true, max: 60 })
  category?: string;

  @Id({ optional: true, description: 'Performed at this location' })
  locationId?: Uuid;

  @Id({ optional: true, description: 'Performed with this resource' })
  resourceId?: Uuid;

  @Sought('Parts of the name, category or description')
  q?: string;

  @Sort('name', 'createdAt', 'durationMinutes')
  sort?: string;
}

export class ServicesOfBusinessQuery extends OmitType(ServicesQuery, ['businessId']) {}
