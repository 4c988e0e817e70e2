import { PartialType } from '@nestjs/swagger';
import type { LocalDate, LocalTime, Uuid, Weekday } from '@yoyaku/kernel';
import { DateOnly, Id, ListQuery, NestedList, OneOf, Sort, TimeOfDay, Whole } from '../conventions';

class DaySpanBody {
  @TimeOfDay({ example: '09:00' })
  starts: LocalTime;

  @TimeOfDay({ endOfDay: true, example: '17:00', description: '`24:00` ends at midnight' })
  ends: LocalTime;
}

class WorkingTimeBody extends DaySpanBody {
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

export const EXCEPTION_KINDS = ['off', 'hours'] as const;

class ExceptionFields {
  @DateOnly({ description: 'One exception a day' })
  date: LocalDate;

  @OneOf(EXCEPTION_KINDS)
  kind: (typeof EXCEPTION_KINDS)[number];

  @NestedList(() => DaySpanBody, { optional: true, max: 10, description: 'For `hours`: when the resource is there' })
  hours?: DaySpanBody[];
}

export class AddExceptionBody extends ExceptionFields {
  @Id()
  resourceId: Uuid;
}

export class ChangeExceptionBody extends PartialType(ExceptionFields, { skipNullProperties: false }) {}

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
