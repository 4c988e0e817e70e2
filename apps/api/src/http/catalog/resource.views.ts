import { ApiProperty, PickType } from '@nestjs/swagger';
import type { ResourceRow } from '@projections/catalog';
import { type KnownResource, RESOURCE_KINDS } from '@yoyaku/catalog';
import type { LocalTime, Uuid, Weekday } from '@yoyaku/kernel';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';
import { inOrder, workingHours } from './working-hours';

export class DaySpanView {
  @ApiProperty({ type: String, example: '09:00' })
  starts: LocalTime;

  @ApiProperty({ type: String, example: '17:00', description: '`24:00` ends at midnight' })
  ends: LocalTime;
}

export class WorkingTimeView extends DaySpanView {
  @ApiProperty({ type: 'integer', description: '1 is Monday' })
  day: Weekday;
}

export class ResourceView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ enum: RESOURCE_KINDS })
  kind: string;

  @ApiProperty({ type: String, nullable: true, example: 'Yuki', description: 'Null once erased' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: 'integer', description: 'People at a time' })
  capacity: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Wherever it is needed when null' })
  locationId: Uuid | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    required: false,
    nullable: true,
    description: 'The user that a staff resource is; told to owners and managers',
  })
  userId?: Uuid | null;

  @ApiProperty({ type: [WorkingTimeView], nullable: true, description: 'As the business is open when null' })
  hours: readonly WorkingTimeView[] | null;
}

/** A resource beside what names it. */
export class ResourceSummary extends PickType(ResourceView, ['id', 'kind', 'name']) {}

export class ResourcePage extends PageOf(ResourceView) {}

/** A resource right after a command. */
export function resourceView(outcome: Shown<KnownResource>): ResourceView {
  const { resourceId: _, status: __, exceptions: ___, hours, ...resource } = outcome.known;
  return { ...resource, ...versionOf(outcome), hours: workingHours(hours) };
}

/** What those see who write resources. */
export const resourceRowView = (row: ResourceRow): ResourceView => ({ ...row, hours: inOrder(row.hours) });

/** What everybody sees: not the user that a resource is. */
export function publicResourceView(row: ResourceRow): ResourceView {
  const { userId: _, ...resource } = resourceRowView(row);
  return resource;
}

export const resourceSummary = ({ id, kind, name }: ResourceRow): ResourceSummary => ({ id, kind, name });
