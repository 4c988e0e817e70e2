import { ApiProperty, IntersectionType, PartialType } from '@nestjs/swagger';
import { RESOURCE_KINDS } from '@yoyaku/catalog';
import type { ResourceKind } from '@yoyaku/catalog/events';
import type { LocalDate, LocalTime, Uuid, Weekday } from '@yoyaku/kernel';
import {
  DateOnly,
  Id,
  ListQuery,
  NestedList,
  OneOf,
  PageOf,
  Sort,
  Text,
  TimeOfDay,
  VersionedView,
  Whole,
} from '../conventions';

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

  @Sort('createdAt', 'kind')
  sort?: string;
}

export class DaySpanBody {
  @TimeOfDay({ example: '09:00' })
  starts: LocalTime;

  @TimeOfDay({ endOfDay: true, example: '17:00', description: '`24:00` ends at midnight' })
  ends: LocalTime;
}

export class WorkingTimeBody extends DaySpanBody {
  @Whole({ min: 1, max: 7, description: '1 is Monday' })
  day: Weekday;
}

export class SetWorkingHoursBody {
  @Id()
  resourceId: Uuid;

  @NestedList(() => WorkingTimeBody, { max: 70, description: 'Several a day are allowed; a day without any is off' })
  hours: WorkingTimeBody[];
}

export class WorkingHoursQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @Sort('createdAt', 'kind')
  sort?: string;
}

export class WorkingHoursView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: Uuid;

  @ApiProperty({ type: 'integer', description: 'Of the resource' })
  revision: number;

  @ApiProperty({ type: [WorkingTimeBody], nullable: true, description: 'As the business is open when null' })
  hours: readonly WorkingTimeBody[] | null;
}

export class WorkingHoursPage extends PageOf(WorkingHoursView) {}

export class ResourceView extends IntersectionType(VersionedView, ResourceFields) {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ enum: RESOURCE_KINDS })
  kind: string;

  @ApiProperty({ type: [WorkingTimeBody], nullable: true, description: 'As the business is open when null' })
  hours: readonly WorkingTimeBody[] | null;
}

export class ResourcePage extends PageOf(ResourceView) {}

const KINDS = ['off', 'hours'] as const;

class ExceptionFields {
  @DateOnly({ description: 'One exception a day' })
  date: LocalDate;

  @OneOf(KINDS)
  kind: (typeof KINDS)[number];

  @NestedList(() => DaySpanBody, { optional: true, max: 10, description: 'For `hours`: when the resource is there' })
  hours?: DaySpanBody[];
}

export class AddExceptionBody extends ExceptionFields {
  @Id()
  resourceId: Uuid;
}

export class ChangeExceptionBody extends PartialType(ExceptionFields, given) {}

export class ExceptionsQuery extends ListQuery {
  @Id()
  businessId: Uuid;

  @Id({ optional: true })
  resourceId?: Uuid;

  @DateOnly({ optional: true, description: 'First date' })
  from?: LocalDate;

  @DateOnly({ optional: true, description: 'Last date' })
  to?: LocalDate;

  @Sort('date')
  sort?: string;
}

/** Its revision is that of the resource. */
export class ExceptionView extends IntersectionType(VersionedView, ExceptionFields) {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;
}

export class ExceptionPage extends PageOf(ExceptionView) {}
