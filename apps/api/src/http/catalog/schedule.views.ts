import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { ResourceRow } from '@projections/catalog';
import type { KnownResource } from '@yoyaku/catalog';
import { DomainError, type LocalDate, type Uuid } from '@yoyaku/kernel';
import { AffectedView, PageOf, type Shown, VersionedView } from '../conventions';
import { DaySpanView, WorkingTimeView } from './resource.views';
import { EXCEPTION_KINDS } from './schedule.dto';
import { inOrder } from './working-hours';

export class WorkingHoursView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: Uuid;

  @ApiProperty({ type: 'integer', description: 'Of the resource' })
  revision: number;

  @ApiProperty({ type: [WorkingTimeView], nullable: true, description: 'As the business is open when null' })
  hours: readonly WorkingTimeView[] | null;
}

/** With the bookings that they leave out. */
export class ChangedHoursView extends IntersectionType(WorkingHoursView, AffectedView) {}

export class WorkingHoursPage extends PageOf(WorkingHoursView) {}

/** Its revision is that of the resource. */
export class ExceptionView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  resourceId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'date', example: '2027-04-01' })
  date: LocalDate;

  @ApiProperty({ enum: EXCEPTION_KINDS })
  kind: string;

  @ApiProperty({ type: [DaySpanView], description: 'When the resource is there; empty when it is off' })
  hours: readonly DaySpanView[];
}

/** With the bookings that the resource's hours leave out. */
export class ChangedExceptionView extends IntersectionType(ExceptionView, AffectedView) {}

export class ExceptionPage extends PageOf(ExceptionView) {}

export const hoursView = ({ id, revision, hours }: ResourceRow): WorkingHoursView => ({
  resourceId: id,
  revision,
  hours: inOrder(hours),
});

/** An exception right after a command on its resource. */
export function exceptionView({ known, revision }: Shown<KnownResource>, id: Uuid): ExceptionView {
  const { resourceId, businessId, exceptions } = known;
  const found = Object.values(exceptions).find(({ exceptionId }) => exceptionId === id);
  if (!found) throw new DomainError('exception.not_found');
  const { exceptionId: _, ...exception } = found;
  return { ...exception, id, resourceId, businessId, revision };
}
